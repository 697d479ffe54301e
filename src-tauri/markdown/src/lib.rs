//! Markdown arrives in pieces, safe HTML blocks go out.

/// What changed: keep the first `keep` blocks, drop the rest, append `blocks` (each one top-level element's HTML).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub keep: usize,
    pub blocks: Vec<String>,
}

/// Takes an answer in pieces and says what changes on the page.
#[derive(Debug, Default)]
pub struct Renderer {
    source: String,
    shown: usize,
}

impl Renderer {
    pub fn new() -> Renderer {
        Renderer::default()
    }

    /// Appends; nothing is rendered before the next `update`.
    pub fn push(&mut self, text: &str) {
        self.source.push_str(text);
    }

    /// Renders what changed since the last `update`.
    pub fn update(&mut self) -> Update {
        let blocks = render(&self.source);
        self.shown = blocks.len();
        Update { keep: 0, blocks }
    }

    /// The end of the input: the blocks so far and this update together equal `render` of the whole text.
    pub fn finish(&mut self) -> Update {
        self.update()
    }
}

/// A whole document, one string a top-level block.
pub fn render(text: &str) -> Vec<String> {
    let escape = |s: &str| s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.split("\n\n").filter(|s| !s.trim().is_empty()).map(|s| format!("<p>{}</p>", escape(s.trim()))).collect()
}
