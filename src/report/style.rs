//! The style of text pages: colours, marks that carry the same meaning without colour, and lines of 100 columns.

use unicode_width::UnicodeWidthStr;

use anstyle::{AnsiColor, Color, Effects, RgbColor, Style};

pub use super::escape::harmless;

/// Columns of a page.
pub const WIDTH: usize = 100;

/// Which colours and characters a page may use. Colour is never the only carrier of a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// Whether colours are written. The output stream may still remove them (`NO_COLOR`, no terminal).
    pub color: bool,
    /// Whether characters outside ASCII are written.
    pub unicode: bool,
}

impl TextStyle {
    /// Unicode without colours: for files.
    pub const PLAIN: Self = Self { color: false, unicode: true };
}

#[cfg(test)]
impl TextStyle {
    /// Colours and Unicode.
    pub const FULL: Self = Self { color: true, unicode: true };
    /// Neither.
    pub const ASCII: Self = Self { color: false, unicode: false };
}

/// The meaning of a piece of text. Each has its own colour and mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// No special meaning.
    Plain,
    /// The baseline: blue, a round mark.
    Baseline,
    /// The candidate: orange, a square mark.
    Candidate,
    /// Harm, or a rollback: vermillion, a cross.
    Harm,
    /// A goal met: green, a tick.
    Good,
    /// A goal met in part, or a caution: yellow, an exclamation mark.
    Caution,
    /// Less important text: grey.
    Mute,
    /// A heading: bold.
    Title,
}

impl Tone {
    /// All meanings.
    pub(super) const ALL: [Self; 8] = [
        Self::Plain,
        Self::Baseline,
        Self::Candidate,
        Self::Harm,
        Self::Good,
        Self::Caution,
        Self::Mute,
        Self::Title,
    ];

    /// The command that sets its colour in a terminal, and the one that ends it.
    pub(super) fn commands(self) -> [String; 2] {
        let style = self.style();
        [style.to_string(), format!("{style:#}")]
    }

    fn style(self) -> Style {
        let rgb = |red, green, blue| Style::new().fg_color(Some(Color::Rgb(RgbColor(red, green, blue))));
        match self {
            Self::Plain => Style::new(),
            Self::Baseline => rgb(0x56, 0xb4, 0xe9),
            Self::Candidate => rgb(0xe6, 0x9f, 0x00),
            Self::Harm => rgb(0xe0, 0x60, 0x2b),
            Self::Good => rgb(0x2f, 0xb5, 0x8a),
            Self::Caution => Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow))),
            Self::Mute => Style::new().effects(Effects::DIMMED),
            Self::Title => Style::new().effects(Effects::BOLD),
        }
    }
}

impl TextStyle {
    /// `text` in the colour of `tone`.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        if !self.color || tone == Tone::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = tone.style();
        format!("{style}{text}{style:#}")
    }

    /// The mark of `tone`, one column wide, in its colour.
    pub fn mark(self, tone: Tone) -> String {
        self.paint(tone, self.symbol(tone))
    }

    /// The mark of `tone` without its colour.
    pub fn symbol(self, tone: Tone) -> &'static str {
        let (unicode, ascii) = match tone {
            Tone::Baseline => ("●", "o"),
            Tone::Candidate => ("■", "#"),
            Tone::Harm => ("✕", "x"),
            Tone::Good => ("✓", "+"),
            Tone::Caution => ("!", "!"),
            Tone::Plain | Tone::Mute | Tone::Title => ("·", "."),
        };
        self.pick(unicode, ascii)
    }

    /// `unicode`, or `ascii` when only ASCII is written.
    pub fn pick(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    /// A heading.
    pub fn heading(self, text: &str) -> String {
        self.paint(Tone::Title, text)
    }
}

/// Columns that a terminal uses for `text`. Colours use none, a wide character uses two.
pub fn columns(text: &str) -> usize {
    let plain =
        |part: &str| part.split_once(|c: char| c.is_ascii_alphabetic()).map_or(0, |(_, text)| text.width());
    let mut parts = text.split('\u{1b}');
    parts.next().map_or(0, UnicodeWidthStr::width) + parts.map(plain).sum::<usize>()
}

/// `text` with spaces after it up to `width` columns.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text` with spaces before it up to `width` columns.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Breaks plain `text` between words into lines of at most `width` columns. A word that is longer is cut. There is always a
/// line.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word;
        loop {
            let used = columns(&lines[lines.len() - 1]);
            let gap = usize::from(used > 0);
            if used + gap + columns(word) <= width {
                let line = lines.last_mut().expect("there is always a line");
                line.push_str(&" ".repeat(gap));
                line.push_str(word);
                break;
            }
            if used > 0 {
                lines.push(String::new());
                continue;
            }
            let (fits, rest) = word.split_at(cut(word, width));
            lines.last_mut().expect("there is always a line").push_str(fits);
            word = rest;
        }
    }
    lines
}

/// Where to cut `word`, in bytes, so that the first part takes at most `width` columns, and at least one character.
fn cut(word: &str, width: usize) -> usize {
    let first = word.chars().next().map_or(0, char::len_utf8);
    let ends = word.char_indices().map(|(at, _)| at).take_while(|at| columns(&word[..*at]) <= width);
    ends.last().unwrap_or(0).max(first)
}

/// Joins lines, each with a line end and without spaces before it.
pub fn page(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_has_its_own_mark_without_colour() {
        let tones = [Tone::Baseline, Tone::Candidate, Tone::Harm, Tone::Good, Tone::Caution, Tone::Plain];
        for style in [TextStyle::PLAIN, TextStyle::ASCII] {
            let mut marks: Vec<String> = tones.iter().map(|tone| style.mark(*tone)).collect();
            assert!(marks.iter().all(|mark| columns(mark) == 1));
            marks.sort();
            marks.dedup();
            assert_eq!(marks.len(), tones.len());
        }
        assert!(tones.iter().all(|tone| TextStyle::ASCII.mark(*tone).is_ascii()));
    }

    #[test]
    fn colours_take_no_columns() {
        let painted = TextStyle::FULL.paint(Tone::Harm, "harm");
        assert!(painted.contains('\u{1b}'));
        assert_eq!(columns(&painted), 4);
        assert_eq!(TextStyle::PLAIN.paint(Tone::Harm, "harm"), "harm");
        assert_eq!(columns(&padded(&painted, 10)), 10);
    }

    #[test]
    fn lines_break_between_words_and_only_then_within() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrapped("", 10), [""]);
    }
}
