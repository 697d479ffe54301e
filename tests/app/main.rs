//! The app without its window: turns and commands, on a real socket and a real database.
#![allow(clippy::unwrap_used)]

mod archive;
mod asked_with;
mod at_once;
mod attachments;
#[path = "../contract/authority.rs"]
#[allow(dead_code)]
mod authority;
mod bots;
mod caching;
mod canary;
mod charge;
mod checks;
mod commands;
mod comparing;
#[path = "../conditions.rs"]
mod conditions;
mod connection;
#[path = "../crash.rs"]
#[allow(dead_code)]
mod crash;
mod crash_at_any_moment;
mod declared;
mod deleted;
mod deletion;
mod doctor;
mod drafts;
mod editing;
mod elsewhere;
mod entries;
mod examples;
mod films;
mod first_address;
mod first_list;
mod hostile_media;
mod house;
mod import;
mod kept_list;
mod ledger;
mod log;
mod media;
mod order;
mod points;
mod price_before;
mod projects;
mod prompts;
mod quit;
mod readings;
mod refused;
mod scheduled;
mod shown;
mod small_updates;
mod sounds;
mod sources;
mod storage;
mod stored;
mod summary;
mod temporary;
mod test_message;
mod told_apart;
#[path = "../contract/tunnel.rs"]
#[allow(dead_code)]
mod tunnel;
mod turn;
mod turn_again;
mod waits;
mod ways;
