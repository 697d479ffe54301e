//! A client for the [Poe API](https://creator.poe.com/api-reference): chat streams, models, balance, usage, typed errors.
//!
//! The crate speaks to the service and nothing else: HTTP, JSON, server-sent events, retry decisions and the quirks of the
//! wire. It holds no state but a connection pool and the queue before it, writes no file, and has no words for people: an [`Error`] carries facts
//! (a [`Kind`], the status, the request id, what Poe said), and its `Display` is for logs.
//!
//! ```no_run
//! use poe::{BaseUrl, ChatEvent, ChatRequest, Client, Config, Message, Secret};
//!
//! # async fn example() -> Result<(), poe::Error> {
//! let key = std::env::var("POE_API_KEY").ok().and_then(|text| Secret::from_pasted(&text));
//! let client = Client::new(Config::new(BaseUrl::parse(BaseUrl::DEFAULT)?, key))?;
//!
//! let mut answer = client.chat(ChatRequest::new("claude-haiku-4.5", vec![Message::user("Say hello.")]));
//! while let Some(event) = answer.next().await {
//!     match event {
//!         ChatEvent::Text(text) => drop(text), // show it
//!         ChatEvent::Failed(error) => return Err(error),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What is never done
//! - A request that may have been processed is never sent a second time: Poe has no idempotency key, so it could be charged
//!   twice. See [`retry`].
//! - No redirect is followed, so the key goes to the configured host only.
//! - The key, the request's body and the answer's text never get into an [`Error`]'s `Display`.

#![warn(missing_docs)]
#![warn(rustdoc::all)]

mod answer;
mod base_url;
mod ca;
mod certificate;
pub mod chat;
mod classify;
mod client;
mod clock;
mod config;
mod delta;
mod endpoint;
mod error;
mod frames;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod invisible;
mod json;
mod json_strings;
mod key_fragments;
mod key_text;
pub mod media;
mod message;
pub mod models;
pub mod oauth;
mod proxy;
mod queue;
mod rate;
mod record;
mod recorder;
mod reply;
mod request;
pub mod retry;
mod said;
mod secret;
#[cfg(feature = "sim")]
pub mod sim;
mod sleep_clock;
mod source;
pub mod sse;
pub mod step;
pub mod tls;
mod tool;
#[cfg(test)]
mod torture_tests;
mod transport;
pub mod usage;
mod user;
pub mod validate;
mod verifier;
pub mod videos;

pub use base_url::BaseUrl;
pub use ca::ExtraCa;
pub use certificate::{Certificate, Distrust};
pub use chat::{ChatEvent, ChatStream, Finish, TokenUsage};
pub use client::Client;
pub use clock::{Moment, ServerTime};
pub use config::Config;
pub use error::{DecidedBy, Error, Kind};
pub use invisible::is_invisible;
pub use key_fragments::KeyFragments;
pub use key_text::KeyText;
pub use message::{Content, Detail, Message, Part, Role};
pub use models::{Model, Parameter, Pricing, ReasoningInfo, WebSearch};
pub use proxy::in_use::{ProxyInUse, ProxySource, UnusableProxy};
pub use proxy::{DesktopProxy, ManualProxy, Proxy};
pub use record::{Observer, RequestRecord};
pub use request::{ChatRequest, Endpoint};
pub use retry::{Decision, Reason};
pub use rust_decimal::Decimal;
pub use secret::Secret;
pub use sleep_clock::SleepClock;
pub use source::Source;
pub use tool::{Tool, ToolCall, ToolCallDelta, ToolCalls, ToolChoice};
pub use usage::{Balance, Grant, Recharge, UsagePage, UsageRow};
pub use user::User;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
