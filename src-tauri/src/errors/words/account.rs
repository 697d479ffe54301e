//! Words about the key: Poe's opinion of it, signing in, and the password store that keeps it.

use super::{Words, inside, says, words};
use crate::errors::SignInCause;

pub(in crate::errors) fn invalid_api_key(last_four: Option<&str>) -> Words {
    let which = last_four
        .map(|four| format!(" that ends in …{four}"))
        .unwrap_or_default();
    words(
        "Poe rejected this key",
        format!("Poe rejected the key{which}."),
        &[
            "It was changed or revoked on Poe, or has expired.",
            "Part of it may be missing.",
        ],
    )
}

pub(in crate::errors) fn no_api_key() -> Words {
    words(
        "Connect your Poe account",
        "No key is stored on this computer.",
        &[],
    )
}

pub(in crate::errors) fn key_expired(at: Option<String>) -> Words {
    let what = match at {
        Some(date) => format!("The key from signing in was valid until {date}."),
        None => "That key has expired.".to_owned(),
    };
    words(
        "Your sign-in expired",
        format!("{what} Poe can’t renew it automatically."),
        &[],
    )
}

pub(in crate::errors) fn key_expiring(at: Option<String>) -> Words {
    let what = match at {
        Some(date) => format!("The key from signing in is valid until {date}."),
        None => "The key from signing in ends within a week.".to_owned(),
    };
    words(
        "Your sign-in ends soon",
        format!("{what} Poe can’t renew it automatically."),
        &[],
    )
}

pub(in crate::errors) fn sign_in_failed(cause: SignInCause) -> Words {
    let (what, why): (_, &[&str]) = match cause {
        SignInCause::StateMismatch => (
            "The browser returned a different sign-in, so it was ignored.",
            &["An older tab of the sign-in page was finished."],
        ),
        SignInCause::Denied => (
            "Access was denied on Poe.",
            &["The request was declined or closed."],
        ),
        SignInCause::TimedOut => (
            "The browser did not come back in time.",
            &[
                "The page was closed or left open.",
                "The browser may not open addresses of this computer.",
            ],
        ),
        SignInCause::PortBusy => (
            "The port that the browser comes back to could not be opened.",
            &["Another program holds it, or a firewall closes it."],
        ),
        SignInCause::Refused => (
            "Poe did not give a key for this sign-in.",
            &[
                "The sign-in was used once already, or took too long.",
                "Poe had a failure.",
            ],
        ),
    };
    words("Sign-in was not finished", what, why)
}

pub(in crate::errors) fn permission_denied(model: Option<&str>, said: Option<&str>) -> Words {
    words(
        "This key doesn’t have access",
        format!(
            "Your key is valid, but it can’t use {}.{}",
            inside(model),
            says(said)
        ),
        &["The bot is private or restricted.", "The key is limited on Poe."],
    )
}

fn store(name: Option<&str>) -> &str {
    name.unwrap_or("The password store")
}

pub(in crate::errors) fn keychain_locked(name: Option<&str>) -> Words {
    words(
        "Your password store is locked",
        format!("{} holds the key and has to be unlocked first.", store(name)),
        &[
            "Logging in without a password leaves it locked.",
            "The store locks itself after a while.",
        ],
    )
}

pub(in crate::errors) fn keychain_denied(name: Option<&str>) -> Words {
    words(
        "Access to the key was refused",
        format!("{} wouldn’t release the key.", store(name)),
        &["Its question was answered with no, or closed."],
    )
}

pub(in crate::errors) fn keychain_unavailable() -> Words {
    words(
        "No password store found",
        "There is nowhere safe to keep the key. Nothing was written to disk.",
        &[
            "On Linux, GNOME Keyring or KWallet is not installed or not running.",
            "The desktop’s message bus (D-Bus) does not answer.",
        ],
    )
}

pub(in crate::errors) fn keychain_timed_out(name: Option<&str>) -> Words {
    words(
        "The password store does not answer",
        format!(
            "{} was asked for the key and did not answer in time.",
            store(name)
        ),
        &["It may be showing its own prompt.", "It isn’t responding."],
    )
}

pub(in crate::errors) fn keychain_corrupt(name: Option<&str>) -> Words {
    words(
        "The stored key cannot be read",
        format!("The entry in {} is damaged, or there is more than one.", {
            name.unwrap_or("the password store")
        }),
        &["Another program changed it."],
    )
}
