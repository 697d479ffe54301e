//! The app without its window: turns and commands, on a real socket and a real database.

mod commands;
mod house;
mod turn;
