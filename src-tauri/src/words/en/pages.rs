//! The pages that the browser shows when it comes back from Poe.

says! {
    done: include_str!("pages/done.html"),
    refused: include_str!("pages/refused.html"),
}

says! {
    /// On a card: there is nothing to sign in with.
    no_client_id: "No client ID is set for signing in with Poe.",
}
