//! Telltale's composition root.

pub mod account;
pub mod errors;
pub mod events;
pub mod library;
pub mod settings;
