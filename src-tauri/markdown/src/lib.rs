//! Markdown arrives in pieces, safe HTML blocks go out.
//!
//! CommonMark with GitHub's tables, task lists, strikethrough, footnotes, alerts and bare addresses, and TeX math.
//! What comes in is hostile; what goes out is made of these alone, so that the window may place it as it is:
//!
//! | element | attributes and classes |
//! |---|---|
//! | `p` | class `raw` (the answer's own HTML, shown as text), `alert-title` |
//! | `h1`…`h6` `strong` `em` `del` `code` `pre` `br` `hr` `ul` `li` | `code`: class `math` (TeX as it was written), with `display` where it stands by itself |
//! | `ol` | `start` |
//! | `blockquote` | class `alert-note`, `-tip`, `-important`, `-warning`, `-caution` |
//! | `table` `thead` `tbody` `tr` `th` `td` | `th` and `td`: `align` |
//! | `a` | `href` (http, https, mailto; as written), `title`, `rel` |
//! | `input` | `type="checkbox"`, `disabled`, `checked` |
//! | `button` | `type="button"`, class `image`, `data-src`: an image that loads when it is pressed |
//! | `div` | class `code`, `data-lang`: a code block; the window draws the language and adds its buttons |
//! | `span` | class `hl-…`: `comment` `string` `number` `keyword` `type` `function` `constant` `variable` `tag` `attribute` `inserted` `deleted` |
//! | `span` | class `unseen`, `data-sign` (`U+202E`): in the place of a character of code that cannot be seen |
//! | `sup` | class `footnote` |
//! | `section` | class `footnotes` |
//! | `math` and MathML below it | class `m-…`: `left` `right` (alignment), `tight-left` `tight-right` (no padding), `line-left` `line-right` `line-top` `box` (borders), `wide` `half` (widths of 100 % and 50 %) |

mod autolink;
mod certain;
mod code;
mod dollars;
mod flanking;
mod html;
mod math;
mod parse;
mod reading;
mod stream;
mod survey;
mod unseen;
mod url;

pub use unseen::unseen;
pub use url::allowed as allowed_address;

/// What changed: keep the first `keep` blocks, drop the rest, append `blocks` (each one top-level element's HTML).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub keep: usize,
    pub blocks: Vec<String>,
}

/// Takes an answer in pieces and says what changes on the page.
#[derive(Debug, Default)]
pub struct Renderer(stream::Stream);

impl Renderer {
    pub fn new() -> Renderer {
        Renderer::default()
    }

    /// Appends; nothing is rendered before the next `update`.
    pub fn push(&mut self, text: &str) {
        self.0.push(text);
    }

    /// Renders what changed since the last `update`; blocks that are closed for good are not rendered again.
    pub fn update(&mut self) -> Update {
        self.0.update()
    }

    /// The end of the input: the blocks so far and this update together equal [`render`] of the whole text.
    pub fn finish(&mut self) -> Update {
        self.0.finish()
    }
}

/// A whole document, one string a top-level block.
pub fn render(text: &str) -> Vec<String> {
    let mut renderer = Renderer::new();
    renderer.push(text);
    renderer.finish().blocks
}
