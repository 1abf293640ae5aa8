//! The functions, the program and clusters of it.

mod by_hand;
mod cells;
mod cluster;
mod functions;
mod import;
mod network;
mod output;
mod processes;
mod program;
mod queries;
mod stores;
mod tables;
