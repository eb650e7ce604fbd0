//! The brief of an exercise, as its author writes it: Markdown with a few parts of known names, and links that the window shows as
//! buttons. In such a link the text is the command that does the same on the command line, so that the file reads well there:
//!
//! ```text
//! 1. [`rollout-lab run checkout --plan all-at-once/starter --release v2-errors`](<play:errors> "Play the case with errors"): who
//!    stopped it?
//! ```
//!
//! `play:` and a case's name plays that case; `explain:` and the name of a type or field shows what it is.

use std::sync::LazyLock;

use regex::Regex;

/// A brief, cut into its parts. The names of the parts that are shown apart are `Goals` and `What to look at`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// What is to be done: the paragraphs that are stressed, and the part about goals. Without either, the first paragraph.
    pub task: Vec<String>,
    /// What to look at: a paragraph or item each.
    pub to_look_at: Vec<String>,
    /// The paragraphs before the first heading that are not the task.
    pub story: String,
    /// All other parts, each with its heading.
    pub rest: Vec<(String, String)>,
}

/// What the button of a link does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkAction {
    /// Play the case of this name.
    Play(String),
    /// Show what the type or field of this name is.
    Explain(String),
}

/// A link that is a button in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it does.
    pub action: LinkAction,
    /// What the button says.
    pub says: String,
    /// The byte at which the link begins in its text.
    pub at: usize,
}

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\[([^\]]*)\]\(<?(play|explain):([^>)"\n]+?)>?(?:\s+"([^"]*)")?\)"#)
        .expect("a fixed pattern is right")
});

/// The links in `text` that are buttons, in order.
pub fn links(text: &str) -> Vec<Link> {
    let found = LINK.captures_iter(text);
    let link = |found: regex::Captures<'_>| {
        let target = found[3].trim().to_owned();
        let action = if &found[2] == "play" { LinkAction::Play(target) } else { LinkAction::Explain(target) };
        let words = found.get(4).map_or(&found[1], |title| title.as_str());
        Link { action, says: words.replace('`', ""), at: found.get(0).map_or(0, |whole| whole.start()) }
    };
    found.map(link).collect()
}

/// `text` without its links that are buttons: what a link begins goes on without it, and within a sentence its words stand
/// in its place.
pub fn without_links(text: &str) -> String {
    let replaced = LINK.replace_all(text, |found: &regex::Captures<'_>| {
        let before = &text[..found.get(0).map_or(0, |whole| whole.start())];
        if LINK.replace_all(before, "").trim().is_empty() {
            String::new()
        } else {
            found.get(4).map_or(&found[1], |title| title.as_str()).to_owned()
        }
    });
    let text = replaced.trim_start_matches([':', ',', ' ', '\n']).trim();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `text` for the terminal: in the place of each link that is a button stands the command that does the same.
pub fn with_commands(text: &str) -> String {
    LINK.replace_all(text, "$1").into_owned()
}

impl Brief {
    /// The parts of `text`.
    pub fn of(text: &str) -> Self {
        Self::translated(text, text)
    }

    /// The parts of `text`, a translation of `original`: its headings are in another language, and each part is what the part in its
    /// place is in the original.
    pub fn translated(text: &str, original: &str) -> Self {
        let mut brief = Self::default();
        let mut first = true;
        let known: Vec<&str> = sections(original).into_iter().filter_map(|(heading, _)| heading).collect();
        let mut known = known.into_iter();
        for (heading, body) in sections(text) {
            let is = heading.map(|heading| (known.next().unwrap_or(heading), heading));
            match is {
                None => {
                    let (task, story): (Vec<&str>, Vec<&str>) =
                        paragraphs(body).into_iter().partition(|paragraph| paragraph.starts_with("**"));
                    brief.task.extend(task.into_iter().map(str::to_owned));
                    brief.story = story.join("\n\n");
                }
                Some(("Goals", _)) => {
                    // Before what differs from run to run.
                    brief.task.insert(0, body.to_owned());
                }
                Some(("What to look at", _)) => brief.to_look_at = items(body),
                Some((_, heading)) => brief.rest.push((heading.to_owned(), body.to_owned())),
            }
            first = false;
        }
        if brief.task.is_empty() && !first {
            let mut story: Vec<String> = paragraphs(&brief.story).into_iter().map(str::to_owned).collect();
            if !story.is_empty() {
                brief.task.push(story.remove(0));
            }
            brief.story = story.join("\n\n");
        }
        brief
    }
}

/// The parts of a text by its headings of the second order; what stands before the first has none. A heading of the first order is
/// the exercise's title, and left out.
fn sections(text: &str) -> Vec<(Option<&str>, &str)> {
    let text = text.trim_start();
    let body = match text.strip_prefix("# ") {
        Some(titled) => titled.split_once('\n').map_or("", |(_, body)| body),
        None => text,
    };
    let mut found = Vec::new();
    let mut heading = None;
    let mut rest = body;
    loop {
        let next = if rest.starts_with("## ") { Some(0) } else { rest.find("\n## ").map(|at| at + 1) };
        let (part, after) = rest.split_at(next.unwrap_or(rest.len()));
        if heading.is_some() || !part.trim().is_empty() {
            found.push((heading, part.trim()));
        }
        let Some(titled) = after.strip_prefix("## ") else { return found };
        let (title, body) = titled.split_once('\n').unwrap_or((titled, ""));
        heading = Some(title.trim());
        rest = body;
    }
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect()
}

/// The items of a list, without their numbers, or the paragraphs of a text.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in text.lines() {
        let unnumbered = line.strip_prefix("- ").or_else(|| {
            let (number, rest) = line.split_once(". ")?;
            (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit())).then_some(rest)
        });
        match (unnumbered, items.last_mut()) {
            (Some(begins), _) => items.push(begins.to_owned()),
            (None, Some(last)) => {
                last.push('\n');
                last.push_str(line.trim_start());
            }
            (None, None) => items.push(line.to_owned()),
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items.iter_mut().for_each(|item| item.truncate(item.trim_end().len()));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# Title\n\nA story.\n\n**It may be bad.**\n\nMore.\n\n## What you can change\n\n- all\n\n## Goals\n\n\
                         - Good.\n\n## What to look at\n\n1. [`run --release v2`](<play:not our fault> \"Play it\"): who\n   \
                         did it?\n2. Then `explain`.\n";

    #[test]
    fn a_brief_is_cut_into_its_parts() {
        let brief = Brief::of(WHOLE);
        assert_eq!(brief.task, ["- Good.", "**It may be bad.**"]);
        assert_eq!(brief.story, "A story.\n\nMore.");
        assert_eq!(brief.rest, [("What you can change".to_owned(), "- all".to_owned())]);
        assert_eq!(brief.to_look_at.len(), 2);
        assert_eq!(without_links(&brief.to_look_at[0]), "Who\ndid it?");
        assert_eq!(without_links(&brief.to_look_at[1]), "Then `explain`.");
        let plain = Brief::of("# Title\n\nOne.\n\nTwo.\n");
        assert_eq!((plain.task, plain.story), (vec!["One.".to_owned()], "Two.".to_owned()));
        assert_eq!(Brief::of("# Title"), Brief::default());
        assert_eq!(Brief::of(""), Brief::default());
    }

    #[test]
    fn a_translation_has_its_parts_where_the_original_has_them() {
        let translated = "# Titel\n\nEs war einmal.\n\n## Was du darfst\n\n- alles\n\n## Ziele\n\n- Gut.\n\n## Sieh an\n\n1. Das.\n";
        let brief = Brief::translated(translated, WHOLE);
        assert_eq!((brief.task, brief.to_look_at), (vec!["- Gut.".to_owned()], vec!["Das.".to_owned()]));
        assert_eq!(brief.story, "Es war einmal.");
        assert_eq!(brief.rest, [("Was du darfst".to_owned(), "- alles".to_owned())]);
    }

    #[test]
    fn a_link_has_its_deed_and_its_words() {
        let links = links(WHOLE);
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].action, LinkAction::Play("not our fault".to_owned()));
        assert_eq!((links[0].says.as_str(), &WHOLE[links[0].at..=links[0].at]), ("Play it", "["));
        let short = super::links(
            "[`rollout-lab explain Breaker`](explain:Breaker) and [a page](https://example.org)",
        );
        assert_eq!(short.len(), 1);
        assert_eq!(short[0].action, LinkAction::Explain("Breaker".to_owned()));
        assert_eq!(short[0].says, "rollout-lab explain Breaker");
        assert_eq!(with_commands("1. [`run x`](<play:a b> \"A\"): who?"), "1. `run x`: who?");
        assert_eq!(without_links("See [`x`](explain:X \"What X is\")."), "See What X is.");
        assert_eq!(without_links("[`x`](play:a \"A\") [`y`](play:b \"B\"): how many?"), "How many?");
    }
}
