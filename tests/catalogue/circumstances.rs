//! The circumstances in which each entry is printed: what is known, what failed.

use super::*;

/// What the print shows beside one sample of each failure: the same code in other circumstances.
pub(super) fn circumstances() -> Vec<(&'static str, Failure, Context)> {
    let temperature = "Temperature must be between 0 and 2";
    let stream = |inner, message: &str| Error {
        inner: Some(inner),
        partial: true,
        ..answered(Kind::StreamError, 200, message)
    };
    let ate = Error { param: Some("max_tokens".to_owned()), ..answered(Kind::EmptyAnswer, 200, "") };
    let half = Error { partial: true, ..answered(Kind::MalformedResponse, 200, "{\"choices\": [{\"del") };
    let input = |field: &str| Error { param: Some(field.to_owned()), ..Error::new(Kind::InvalidInput, "") };
    let enough = Context { balance: Some((128_450, NOW - 40_000)), ..known() };
    let poe = |name, error: Error| (name, Failure::Poe(error), known());
    vec![
        poe(
            "with Poe's text",
            answered(Kind::BadRequest, 400, "Unsupported value: 'high' is not supported."),
        ),
        poe("a setting that can be reset", answered(Kind::InvalidParameter, 400, temperature)),
        poe("a wait of 12 s, another try to come", rate_limit(Some(12))),
        poe("a wait too long to be made by itself", rate_limit(Some(300))),
        ("the last try", Failure::Poe(rate_limit(Some(12))), Context { attempt: 3, ..known() }),
        ("balance looks enough", Failure::Poe(answered(Kind::InsufficientPoints, 402, "")), enough),
        poe("a challenge page", answered(Kind::RefusedByNetwork, 403, "Just a moment...")),
        poe("with text", Error { partial: true, ..answered(Kind::EndedByHost, 200, "RECITATION") }),
        poe("without text", answered(Kind::EndedByHost, 200, "abort")),
        poe("told inside an answer", answered(Kind::InternalError, 200, "The slot was lost.")),
        (
            "in the model's words",
            Failure::Declined { said: Some("I can’t help\nwith that.".to_owned()) },
            known(),
        ),
        (
            "two tools, after text",
            Failure::ToolWanted { tools: vec!["web_search".to_owned(), "python".to_owned()], has_text: true },
            known(),
        ),
        poe("an error frame after text", stream(Kind::ModelOverloaded, "Overloaded")),
        poe("reasoning ate the limit", ate),
        poe("half an answer", half),
        poe("refused with 403", answered(Kind::MessageRefused, 403, "Content flagged as violence.")),
        poe("an empty message", input("messages")),
        poe("a temperature out of range", input("temperature")),
        ("no message: the balance", Failure::Poe(answered(Kind::ServiceUnavailable, 503, "")), {
            Context { message_saved: false, ..known() }
        }),
        ("an address that is not encrypted", Failure::Poe(Error::new(Kind::InvalidBaseUrl, "http")), {
            Context { base_url: "http://api.poe.com/v1".to_owned(), ..known() }
        }),
        poe("a certificate for another host", certified(poe::Distrust::WrongName)),
        poe("a certificate past its days", certified(poe::Distrust::Expired)),
        poe(
            "an issuer that nobody here knows",
            Error { kind: Kind::TlsUntrusted, ..certified(poe::Distrust::UnknownIssuer) },
        ),
        poe("a proxy, and who set it", met(Kind::ProxyFailed, NOW)),
        (
            "a chat that nearly fills the model",
            Failure::Poe(answered(Kind::InternalError, 500, "")),
            Context { chat_tokens: Some(182_000), ..known() },
        ),
        (
            "a message that is too long by itself",
            Failure::Poe(answered(Kind::ContextTooLong, 413, "")),
            Context { only_message: true, ..known() },
        ),
        (
            "no other model has room, and a name with spaces",
            Failure::Poe(answered(Kind::ModelOverloaded, 529, "")),
            Context {
                model: Some(model("A Bot With Many Words")),
                closest: vec![],
                similar: None,
                ..known()
            },
        ),
        ("the sign-in's key, with its date", Failure::KeyExpired { at: Some(NOW - DAY) }, known()),
        (
            "the list of two hours ago",
            Failure::UsagePartial {
                missing: telltale::errors::UsagePart::History,
                since: Some(NOW - 7_200_000),
                error: answered(Kind::ServiceUnavailable, 503, ""),
            },
            known(),
        ),
        ("while the disk is full", Failure::Library(LibraryError::Full), known()),
        (
            "an answer that the disk did not take",
            Failure::Library(LibraryError::Full),
            Context { not_saved: Some(NotSaved::Answer), ..known() },
        ),
        (
            "a message that is still in its field",
            Failure::Library(LibraryError::ReadOnly),
            Context { not_saved: Some(NotSaved::Draft), message_saved: false, ..known() },
        ),
        (
            "a start on a folder that cannot be written",
            Failure::Library(LibraryError::ReadOnly),
            Context { not_saved: Some(NotSaved::Session), message_saved: false, ..known() },
        ),
    ]
}
