//! Headings of a help page.

says! {
    also: "Terms Poe uses",
    what: "What happened",
    why: "Most likely",
    safe: "Message and points",
    buttons: "Your options",
    steps: "Install one",
    retry: "Automatic retry",
    guide: "In Poe’s guide",
    links: "Links",
}
