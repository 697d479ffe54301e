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
//! | `a` | `href` (http, https, mailto; as written), `title`, `rel`; class `mark`: a number in brackets that names a source |
//! | `input` | `type="checkbox"`, `disabled`, `checked` |
//! | `button` | `type="button"`, class `image`, `data-src`: an image that loads when it is pressed |
//! | `div` | class `code`, `data-lang`: a code block; the window draws the language and adds its buttons |
//! | `span` | class `hl-…`: `comment` `string` `number` `keyword` `type` `function` `constant` `variable` `tag` `attribute` `inserted` `deleted` |
//! | `span` | class `unseen`, `data-sign` (`U+202E`): in the place of a character of code that cannot be seen |
//! | `sup` | class `footnote` |
//! | `section` | class `footnotes` |
//! | `math` and MathML below it | class `m-…`: `left` `right` (alignment), `tight-left` `tight-right` (no padding), `line-left` `line-right` `line-top` `line-bottom` `box` (borders), `wide` `half` (widths of 100 % and 50 %), `accent` `vector` `prime` (signs that web views set badly) |

mod autolink;
mod certain;
mod code;
mod context;
mod dollars;
mod escape;
mod flanking;
mod headings;
mod html;
#[cfg(test)]
mod linear;
mod math;
mod outline;
mod parse;
mod reading;
mod stream;
mod survey;
mod unseen;
mod url;

pub use code::file_ending;
pub use headings::headings;
pub use unseen::unseen;
pub use url::allowed as allowed_address;

/// A top-level element's HTML, in pieces: joined, they are the element.
pub type Block = Vec<Piece>;

/// A list's item, a table's row, a line of code, and what stands around them: small enough to be written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub kind: PieceKind,
    pub html: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Elements and text that are complete.
    Whole,
    /// An element that the next pieces stand in; where several open at once, in the last of them.
    Open,
    /// The end of the one that was opened last.
    Close,
}

/// What changed. The first `keep` blocks stay, and so do the first `within` pieces of the block after them, which is then
/// the last that is shown. All that follows is dropped. The first of `blocks` goes on with that block, or is a new one
/// where `within` is 0, and the others follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    pub keep: usize,
    pub within: usize,
    pub blocks: Vec<Block>,
}

impl Update {
    /// Whether it says anything to who shows so many blocks.
    pub fn is_empty(&self, shown: usize) -> bool {
        self.blocks.is_empty() && self.keep == shown
    }

    /// What is shown after it, out of what was shown before.
    pub fn apply(self, shown: &mut Vec<Block>) {
        let mut begun = if self.within > 0 { shown.swap_remove(self.keep) } else { Block::new() };
        begun.truncate(self.within);
        shown.truncate(self.keep);
        let mut blocks = self.blocks.into_iter();
        if let Some(first) = blocks.next() {
            begun.extend(first);
            shown.push(begun);
        }
        shown.extend(blocks);
    }
}

/// A block's pieces, joined.
pub fn html(block: &[Piece]) -> String {
    block.iter().map(|piece| piece.html.as_str()).collect()
}

/// A page that the text names by a number: `[2]` leads to it, also beside another, as in `[1][2]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub number: u32,
    pub address: String,
    /// Shown to who points at the mark; may be empty.
    pub title: String,
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

    /// From now on the text's numbers lead to these pages, whichever came first. One whose address no link may have stays text.
    pub fn mark(&mut self, marks: &[Mark]) {
        self.0.mark(marks);
    }

    /// Renders what changed since the last `update`. What is closed for good is not rendered again: blocks, and in the last
    /// one items, rows and lines of code.
    pub fn update(&mut self) -> Update {
        self.0.update()
    }

    /// The end of the input: the blocks so far and this update together equal [`render`] of the whole text.
    pub fn finish(&mut self) -> Update {
        self.0.finish()
    }

    /// How much of the text is not closed for good, in bytes: the next update renders it again.
    pub fn open(&self) -> usize {
        self.0.open_bytes()
    }

    /// All blocks as they were last handed on.
    pub fn blocks(&self) -> &[Block] {
        self.0.blocks()
    }
}

/// A whole document, one string a top-level block.
pub fn render(text: &str) -> Vec<String> {
    let mut renderer = Renderer::new();
    renderer.push(text);
    renderer.finish().blocks.iter().map(|block| html(block)).collect()
}

/// The same with numbers that lead to pages.
pub fn render_marked(text: &str, marks: &[Mark]) -> Vec<String> {
    let mut renderer = Renderer::new();
    renderer.mark(marks);
    renderer.push(text);
    renderer.finish().blocks.iter().map(|block| html(block)).collect()
}

/// The formulas of a whole document as they were written, in the order in which they stand on the page.
pub fn formulas(text: &str) -> Vec<String> {
    let mut renderer = Renderer::new();
    renderer.0.mark_formulas();
    renderer.push(text);
    renderer.finish().blocks.iter().flat_map(|block| math::marks(&html(block))).collect()
}
