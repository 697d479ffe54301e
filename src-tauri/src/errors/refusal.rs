//! Why a room did not do what was asked, with what the card of it has to know of the place where that was found. The card
//! itself is made once, by the command that tells the window.

use super::{Failure, Feature, NotSaved};
use crate::library::LibraryError;

#[derive(Clone, Debug)]
pub struct Refusal {
    pub failure: Failure,
    /// Of the message that is concerned; it is on the disk, or as safe as that.
    pub model: Option<String>,
    pub is_saved: bool,
    pub not_saved: Option<NotSaved>,
    pub feature: Option<Feature>,
    /// The address that was refused, where it is not the one in use.
    pub base_url: Option<String>,
}

impl Refusal {
    /// The message is still in the field where it was written.
    pub fn draft(error: LibraryError) -> Refusal {
        Refusal { not_saved: Some(NotSaved::Draft), ..error.into() }
    }
}

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(failure: E) -> Refusal {
        Refusal {
            failure: failure.into(),
            model: None,
            is_saved: false,
            not_saved: None,
            feature: None,
            base_url: None,
        }
    }
}
