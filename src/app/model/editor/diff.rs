//! How one text differs from another, line by line: the longest common subsequence, as `diff` shows it.

/// The most lines between the first and the last difference that are compared one by one; beyond, all of them count as
/// changed.
const MOST: usize = 2_000;

/// A line of either text, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In both.
    Same(String),
    /// Only in the first.
    Gone(String),
    /// Only in the second.
    New(String),
}

/// The lines of `first` and `second`.
pub fn lines(first: &str, second: &str) -> Vec<Line> {
    let (a, b): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a_rest, b_rest) = (&a[head..], &b[head..]);
    let tail = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a_mid, b_mid) = (&a_rest[..a_rest.len() - tail], &b_rest[..b_rest.len() - tail]);
    let same = |line: &&str| Line::Same((*line).to_owned());
    let mut all: Vec<Line> = a[..head].iter().map(same).collect();
    all.extend(middle(a_mid, b_mid));
    all.extend(a_rest[a_rest.len() - tail..].iter().map(same));
    all
}

fn middle(a: &[&str], b: &[&str]) -> Vec<Line> {
    let gone = |line: &&str| Line::Gone((*line).to_owned());
    let new = |line: &&str| Line::New((*line).to_owned());
    if a.len().max(b.len()) > MOST {
        return a.iter().map(gone).chain(b.iter().map(new)).collect();
    }
    let width = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            all.push(Line::Same(a[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            all.push(gone(&a[i]));
            i += 1;
        } else {
            all.push(new(&b[j]));
            j += 1;
        }
    }
    all.extend(a[i..].iter().map(gone));
    all.extend(b[j..].iter().map(new));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(first: &str, second: &str) -> String {
        let mark = |line: &Line| match line {
            Line::Same(text) => format!(" {text}"),
            Line::Gone(text) => format!("-{text}"),
            Line::New(text) => format!("+{text}"),
        };
        lines(first, second).iter().map(mark).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn only_what_differs_is_marked() {
        assert_eq!(shown("a\nb\nc", "a\nb\nc"), " a| b| c");
        assert_eq!(shown("a\nb\nc\nd", "a\nx\nc\ny\nd"), " a|-b|+x| c|+y| d");
        assert_eq!(shown("", "a"), "+a");
        assert_eq!(shown("a\na", "a"), " a|-a");
    }

    #[test]
    fn both_texts_can_be_read_back() {
        let (first, second) = ("1\n2\n3\n4\n2\n5", "2\n3\n9\n2\n5\n5\n1");
        let all = lines(first, second);
        let of = |keep: fn(&Line) -> bool| {
            let text = |line: &Line| match line {
                Line::Same(text) | Line::Gone(text) | Line::New(text) => text.clone(),
            };
            all.iter().filter(|line| keep(line)).map(text).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(of(|line| !matches!(line, Line::New(_))), first);
        assert_eq!(of(|line| !matches!(line, Line::Gone(_))), second);
    }
}
