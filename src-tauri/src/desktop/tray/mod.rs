//! The tray: a model that follows the app's events, and what is shown of it as pure functions of that model. Who draws it is
//! `linux.rs`, by the desktop's own protocol, and `elsewhere.rs`.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod glyphs;
mod icon;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::Tray;
#[cfg(target_os = "linux")]
pub(crate) use linux::Tray;

use super::Press;
use crate::events::{Destination, Event};
use crate::words::facts::ago;
use crate::words::{grouped, tray as words};
use icon::Lamp;

/// Chats that have a row.
const RECENT: usize = 5;
/// Letters of a title in a row: a menu is as wide as its longest row.
const LETTERS: usize = 40;

/// What the tray tells of.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    points: Option<i64>,
    checked_at: Option<i64>,
    /// The last check failed.
    is_stale: bool,
    /// Below these the person is told of it.
    levels: Vec<i64>,
    /// The newest first.
    chats: Vec<(i64, String)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Row {
    Line,
    /// Can be read, not pressed.
    Text(String),
    Press(String, Press),
}

/// Two lines: what, and as of when.
#[derive(Clone, Debug, PartialEq)]
struct Tooltip {
    title: String,
    below: String,
}

impl Model {
    /// Says whether there is anything new to show.
    fn hear(&mut self, event: &Event) -> bool {
        let before = self.clone();
        match event {
            Event::Balance(balance) => {
                (self.points, self.checked_at) = (balance.points, balance.checked_at);
                self.is_stale = balance.card.is_some() && balance.points.is_some();
            }
            Event::Settings(settings) => self.levels = settings.levels.clone(),
            Event::Conversations(list) => {
                let recent = list.rows.iter().take(RECENT);
                self.chats = recent.map(|chat| (chat.id, chat.title.clone())).collect();
            }
            _ => {}
        }
        *self != before
    }

    fn rows(&self, now: i64) -> Vec<Row> {
        let to = |place| Press::Open(Some(place));
        let mut rows = vec![Row::Text(self.balance(now)), Row::Line];
        rows.push(Row::Press(words::new_chat().to_owned(), to(Destination::Chat { id: None })));
        rows.extend(self.chats.iter().map(|(id, title)| {
            let label = if title.is_empty() { words::untitled().to_owned() } else { cut(title, LETTERS) };
            Row::Press(label, to(Destination::Chat { id: Some(*id) }))
        }));
        rows.push(Row::Line);
        rows.push(Row::Press(words::small_window().to_owned(), Press::SmallWindow));
        rows.push(Row::Press(words::refresh().to_owned(), Press::Refresh));
        rows.push(Row::Line);
        rows.push(Row::Press(words::open().to_owned(), Press::Open(None)));
        rows.push(Row::Press(words::quit().to_owned(), Press::Quit));
        rows
    }

    fn balance(&self, now: i64) -> String {
        match (self.points, self.checked_at) {
            (Some(points), Some(at)) => {
                words::balance(&grouped(points), &crate::words::ago(ago(at, now)), self.is_stale)
            }
            _ => words::unknown().to_owned(),
        }
    }

    fn tooltip(&self, now: i64) -> Tooltip {
        match (self.points, self.checked_at) {
            (Some(points), Some(at)) => Tooltip {
                title: words::points(&grouped(points)),
                below: words::checked(&crate::words::ago(ago(at, now)), self.is_stale),
            },
            _ => Tooltip { title: words::unknown().to_owned(), below: String::new() },
        }
    }

    fn lamp(&self) -> Lamp {
        match self.points {
            None => Lamp::Out,
            Some(_) if self.is_stale => Lamp::Out,
            Some(points) if self.levels.iter().any(|level| points < *level) => Lamp::Amber,
            Some(_) => Lamp::Green,
        }
    }

    /// In milliseconds: when what is told of the age will be different, unless something is heard before.
    fn changes_in(&self, now: i64) -> Option<u64> {
        const MINUTE: i64 = 60_000;
        let at = self.checked_at.filter(|_| self.points.is_some())?;
        let age = now.saturating_sub(at).max(0);
        let step = if age < 60 * MINUTE { MINUTE } else { 60 * MINUTE };
        u64::try_from(step - age % step).ok()
    }
}

/// A text of at most so many letters, the last of which then says that there were more. One line, whatever it was.
fn cut(text: &str, letters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= letters {
        return line;
    }
    let kept: String = line.chars().take(letters - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Points in at most four letters, never more than there are: 12,340 as "12k".
fn short(points: i64) -> String {
    let tenths = |unit: i64, sign: char| {
        let (whole, tenth) = (points / unit, points % unit / (unit / 10));
        if whole < 10 { format!("{whole}.{tenth}{sign}") } else { format!("{whole}{sign}") }
    };
    match points {
        ..0 => "0".to_owned(),
        0..1_000 => points.to_string(),
        1_000..1_000_000 => tenths(1_000, 'k'),
        // Three figures beside an M are wider than the smallest icon.
        1_000_000..100_000_000 => tenths(1_000_000, 'M'),
        100_000_000..1_000_000_000 => format!("0.{}G", points / 100_000_000),
        _ => tenths(1_000_000_000, 'G').chars().take(4).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{BalanceView, ConversationList, ConversationView, Parameters};

    const NOW: i64 = 1_795_957_200_000;

    fn chat(id: i64, title: &str) -> ConversationView {
        ConversationView {
            id,
            title: title.to_owned(),
            model: "demo-flash".to_owned(),
            parameters: Parameters::default(),
            updated_at: NOW,
            sent_from: None,
            summary: None,
            summary_is_own: false,
            mark: None,
            saved: 0,
            project_id: None,
            preset_id: None,
            pinned: false,
            archived: false,
            deleted_at: None,
            answered_at: None,
            points: 0,
            temporary: false,
        }
    }

    fn balance(points: Option<i64>, seconds_ago: i64) -> Event {
        let checked_at = points.map(|_| NOW - seconds_ago * 1_000);
        Event::Balance(BalanceView { points, checked_at, ..BalanceView::default() })
    }

    fn labels(model: &Model) -> Vec<String> {
        let label = |row| match row {
            Row::Line => "-".to_owned(),
            Row::Text(label) | Row::Press(label, _) => label,
        };
        model.rows(NOW).into_iter().map(label).collect()
    }

    #[test]
    fn rows_follow_the_events() {
        let mut model = Model::default();
        let fixed = ["Small balance window", "Refresh points", "-", "Open Telltale", "Quit"];
        assert_eq!(labels(&model)[..4], ["Points not known yet", "-", "New chat", "-"]);
        assert_eq!(labels(&model)[4..], fixed);

        assert!(model.hear(&balance(Some(12_340), 150)));
        assert!(!model.hear(&balance(Some(12_340), 150)), "the same");
        let titles = ["Tides", "", "a", "b", "c", "d"];
        let rows: Vec<ConversationView> =
            titles.iter().enumerate().map(|(id, title)| chat(id as i64, title)).collect();
        let all = ConversationList { rows, ..ConversationList::default() };
        assert!(model.hear(&Event::Conversations(all)));
        let rows = labels(&model);
        assert_eq!(rows[0], "12,340 points · 2 min ago");
        assert_eq!(rows[2..8], ["New chat", "Tides", "Untitled chat", "a", "b", "c"]);
        let tides = Press::Open(Some(Destination::Chat { id: Some(0) }));
        assert_eq!(model.rows(NOW)[3], Row::Press("Tides".to_owned(), tides));
        assert_eq!(model.tooltip(NOW).title, "12,340 points");
        assert_eq!(model.tooltip(NOW).below, "Checked 2 min ago");
    }

    #[test]
    fn the_lamp_tells_how_it_stands() {
        fn check(points: Option<i64>, is_stale: bool, levels: &[i64], expected: Lamp) {
            let levels = levels.to_vec();
            let model = Model { points, is_stale, levels, ..Model::default() };
            assert_eq!(model.lamp(), expected, "{model:?}");
        }
        check(None, false, &[5_000], Lamp::Out);
        check(Some(12_340), false, &[], Lamp::Green);
        check(Some(12_340), true, &[], Lamp::Out);
        check(Some(5_000), false, &[5_000, 1_000], Lamp::Green);
        check(Some(4_999), false, &[5_000, 1_000], Lamp::Amber);
        check(Some(999), false, &[5_000, 1_000], Lamp::Amber);
        check(Some(999), true, &[5_000, 1_000], Lamp::Out);
    }

    #[test]
    fn figures_of_four_letters() {
        fn check(points: i64, expected: &str) {
            assert_eq!(short(points), expected);
        }
        check(-5, "0");
        check(0, "0");
        check(940, "940");
        check(999, "999");
        check(1_000, "1.0k");
        check(9_999, "9.9k");
        check(12_340, "12k");
        check(128_400, "128k");
        check(999_999, "999k");
        check(1_290_000, "1.2M");
        check(12_900_000, "12M");
        check(128_000_000, "0.1G");
        check(1_290_000_000, "1.2G");
        check(i64::MAX, "9223");
    }

    #[test]
    fn the_age_changes_by_the_minute_and_then_by_the_hour() {
        fn check(seconds_ago: i64, expected: Option<u64>) {
            let mut model = Model::default();
            model.hear(&balance(Some(1), seconds_ago));
            assert_eq!(model.changes_in(NOW).map(|ms| ms / 1_000), expected, "{seconds_ago}");
        }
        check(0, Some(60));
        check(90, Some(30));
        check(3_600, Some(3_600));
        check(5_400, Some(1_800));
        assert_eq!(Model::default().changes_in(NOW), None);
    }

    #[test]
    fn titles_of_one_line() {
        assert_eq!(cut("a\nb  c", 40), "a b c");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("ab cdef", 4), "ab…");
        assert_eq!(cut("äöüß", 4), "äöüß");
    }
}
