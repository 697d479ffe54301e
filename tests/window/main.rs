//! Stories played in the real window, on a desktop of their own: what a person sees and presses, and what Poe was asked.
//! Pictures of what was seen lie in `target/screens/`.
#![cfg(target_os = "linux")]

mod accounts;
mod actions;
mod answers;
mod balance;
mod bus;
mod caching;
mod canary;
mod closing;
mod code;
mod comparing;
mod declared;
mod demo;
mod desk;
mod drafts;
mod editing;
mod fields;
mod files;
#[path = "../fill.rs"]
mod fill;
mod films;
mod first_start;
mod gallery;
mod guide;
mod keyboard;
mod keychain;
mod keys;
mod links;
mod long_chats;
mod media;
mod menus;
mod models;
mod monitor;
mod network;
mod next;
mod notices;
mod prices;
mod prompts;
mod queue;
mod reading;
mod receipts;
mod recovery;
mod refusals;
mod search;
mod sign_in;
mod sources;
mod stage;
mod storage;
mod streaming;
mod temporary;
mod text_size;
mod told_apart;
mod transfer;
mod tray;
#[path = "../contract/tunnel.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod tunnel;
mod typefaces;
mod usage;
mod web_process;
