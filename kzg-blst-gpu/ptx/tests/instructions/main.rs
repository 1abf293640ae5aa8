//! Instructions, branches, barriers and memory, each against its definition.

mod computation;
mod refusals;
mod run;
mod threads;
