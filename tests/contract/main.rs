//! Client and simulated Poe against each other, over a real socket. The simulated Poe writes raw JSON and shares no type
//! with the client, so neither can agree with its own mistake.
// The whole crate is a test, but the lints see that of test functions only, not of what these call.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod answers;
mod asking;
mod authority;
mod canary;
mod cases;
mod certificates;
mod chaos;
#[path = "../conditions.rs"]
#[allow(dead_code)]
mod conditions;
mod cuts;
mod elsewhere;
mod faults;
mod films;
mod large;
mod lists;
mod looks;
mod media;
mod messages;
mod network;
mod playing;
mod proxies;
mod queue;
mod reasons;
mod recordings;
mod records;
mod retries;
mod search;
mod secrets;
mod slept;
mod stopping;
mod tunnel;
