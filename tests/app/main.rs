//! The app without its window: turns and commands, on a real socket and a real database.
#![allow(clippy::unwrap_used)]

mod charge;
mod commands;
mod house;
mod turn;
