//! What is known of a failed request: of its points, and whether it may go out again by itself.

/// What is known about the points of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    NothingSent,
    /// Poe turned it down before any model ran.
    NotUsed,
    /// 429, of which Poe's guide says so.
    NotCharged,
    Unclear,
    MaybeUsed,
    /// As above, where some answer has come and nobody asks to send again at once.
    MaybeUsedSoFar,
}

/// Whether the same request goes out again without a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Never,
    /// Poe answered with a failure that passes, so nothing is running.
    Answered,
    NotSent,
    MaybeCharged,
    AnswerBegan,
    AfterKey,
    WhenBack,
    Background,
}
