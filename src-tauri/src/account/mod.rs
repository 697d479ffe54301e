//! The account: where its key lives, whether Poe accepts it, and the client made of it.

pub mod keychain;
pub mod ladder;

pub use keychain::{Keychain, KeychainError, KeychainFault};
pub use ladder::{ClimbError, Climbed, Step, StepState};
