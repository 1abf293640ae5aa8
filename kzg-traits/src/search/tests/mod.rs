//! The search over items whose sums are numbers.

mod costs;
mod exact;
mod grid;
