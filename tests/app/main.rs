//! The app without its window: turns and commands, on a real socket and a real database.
#![allow(clippy::unwrap_used)]

mod commands;
mod house;
mod turn;
