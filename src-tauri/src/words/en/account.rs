//! Words about the key: Poe's opinion of it, signing in, and the password store that keeps it.

use super::{Words, inside, says, words};
use crate::words::facts::SignInCause;

pub(crate) fn invalid_api_key(last_four: Option<&str>) -> Words {
    let which = last_four.map(|four| format!(" that ends in …{four}")).unwrap_or_default();
    words(
        "Poe rejected this key",
        format!("Poe rejected the key{which}."),
        &["It was changed or revoked on Poe, or has expired.", "Part of it may be missing."],
    )
}

pub(crate) fn no_api_key() -> Words {
    words("Connect your Poe account", "No key is stored on this computer.", &[])
}

pub(crate) fn key_expired(at: Option<String>) -> Words {
    let what = match at {
        Some(date) => format!("The key you got by signing in expired on {date}."),
        None => "That key has expired.".to_owned(),
    };
    words("Your sign-in expired", format!("{what} Poe can’t renew it automatically."), &[])
}

pub(crate) fn key_expiring(at: Option<String>) -> Words {
    let what = match at {
        Some(date) => format!("The key you got by signing in expires on {date}."),
        None => "The key you got by signing in expires within a week.".to_owned(),
    };
    words("Your sign-in expires soon", format!("{what} Poe can’t renew it automatically."), &[])
}

pub(crate) fn sign_in_failed(cause: SignInCause) -> Words {
    let (what, why): (_, &[&str]) = match cause {
        SignInCause::StateMismatch => (
            "The browser returned a different sign-in, so it was ignored.",
            &["It may have come from an older tab."],
        ),
        SignInCause::Denied => ("Access was denied on Poe.", &["The request was declined or closed."]),
        SignInCause::TimedOut => (
            "The browser didn’t come back in time.",
            &["The page was closed or left open.", "The browser can’t open addresses on this computer."],
        ),
        SignInCause::PortBusy => (
            "Telltale couldn’t open the port the browser returns to.",
            &["Another program is using it, or a firewall blocks it."],
        ),
        SignInCause::Refused => (
            "Poe didn’t issue a key for this sign-in.",
            &["The sign-in was already used, or it took too long.", "Poe had an error."],
        ),
    };
    words("Sign-in wasn’t finished", what, why)
}

pub(crate) fn permission_denied(model: Option<&str>, said: Option<&str>) -> Words {
    words(
        "This key doesn’t have access",
        format!("Your key is valid, but it can’t use {}.{}", inside(model), says(said)),
        &["The bot is private or restricted.", "The key is limited on Poe."],
    )
}

fn yours(name: Option<&str>) -> &str {
    name.unwrap_or("keychain")
}

pub(crate) fn keychain_locked(name: Option<&str>) -> Words {
    words(
        "Your keychain is locked",
        format!("Your {} holds the key. Unlock it first.", yours(name)),
        &["Logging in without a password leaves it locked.", "It locks itself after a while."],
    )
}

pub(crate) fn keychain_denied(name: Option<&str>) -> Words {
    words(
        "Access to the key was denied",
        format!("Your {} wouldn’t release the key.", yours(name)),
        &["Its prompt was declined or closed."],
    )
}

pub(crate) fn keychain_unavailable() -> Words {
    words(
        "No keychain found",
        "There’s no safe place to keep the key. Nothing was written to disk.",
        &[
            "On Linux, GNOME Keyring or KWallet isn’t installed or isn’t running.",
            "The desktop’s message bus (D-Bus) isn’t responding.",
        ],
    )
}

pub(crate) fn keychain_timed_out(name: Option<&str>) -> Words {
    words(
        "Your keychain didn’t respond",
        format!("Telltale asked your {} for the key and got no answer in time.", yours(name)),
        &["It may be showing its own prompt.", "It isn’t responding."],
    )
}

pub(crate) fn keychain_corrupt(name: Option<&str>) -> Words {
    words(
        "The stored key can’t be read",
        format!("The entry in your {} is damaged, or there’s more than one.", yours(name)),
        &["Another program changed it."],
    )
}

/// What an account is called until the person names it.
pub(crate) fn account_numbered(id: u32) -> String {
    format!("Account {id}")
}
