//! What can be written while a case is played, line by line.

use crate::cli::manual_actions;
use crate::engine::{Span, Time, nearest};
use crate::sim::ManualAction;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Let so much time pass.
    Step(Span),
    /// Let time pass until something happens, or to the end.
    Until(Sought),
    /// Show the dashboards.
    Status,
    /// Show one row of them over several windows.
    Look(String),
    /// Show so many of the last lines of the log.
    Log(usize),
    /// Acknowledge the pages that name this alert, or all.
    Acknowledge(Option<String>),
    /// Do something by hand, for a reason.
    Do(ManualAction, String),
    /// Go back in time; in practice only.
    Back(Span),
    /// Show the brief.
    Brief,
    /// Show the hint of this number, or the next one.
    Hint(Option<usize>),
    /// Go on with the next case.
    Next,
    /// Say what can be written.
    Help,
    /// Stop here.
    Quit,
}

/// What time passes until.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// An alert begins to fire.
    Alert,
    /// Somebody is paged.
    Page,
    /// The route, a flag or the phase of the rollout changes, or an alert fires or stops.
    Change,
    /// The end of the case.
    End,
    /// This time of the run.
    At(Time),
}

/// The words that are not actions, each with what it does.
const WORDS: [(&str, &str); 13] = [
    ("step [TIME]", "let time pass, 30s without a time"),
    ("run until alert|page|change|end|TIME", "let time pass until then"),
    ("status", "the dashboards"),
    ("look NAME", "a row of the dashboards over 1, 2 and 5 minutes"),
    ("log [N]", "the last lines of the log"),
    ("ack [ALERT]", "acknowledge all pages, or those of an alert"),
    ("hold", "hold the rollout where it is (pause)"),
    ("back TIME", "go back in time, in practice only"),
    ("next", "the next case, when this one is over"),
    ("brief", "the task"),
    ("hint [N]", "a hint"),
    ("help", "this list"),
    ("quit", "stop; what was done is kept"),
];

/// How much passes without a time.
const STEP: Span = Span::from_secs(30);
/// How many lines of the log are shown without a number.
const LINES: usize = 20;

/// All that can be written, a line for each word.
pub(super) fn help() -> String {
    let words = WORDS.iter().map(|(word, about)| format!("  {word:<38} {about}\n"));
    format!(
        "{}  {:<38} by hand, with `because` and a reason after it where you have one:\n    {}\n",
        words.collect::<String>(),
        "ACTION",
        manual_actions::allowed()
    )
}

/// What `text` asks for; `None` for an empty line or a remark after `#`.
pub(super) fn parse(text: &str) -> Result<Option<Line>, String> {
    let text = text.split('#').next().unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |text: &str| {
        text.parse::<usize>().map_err(|_| format!("\"{text}\" is not a number; write one, such as 20"))
    };
    let line = match words.as_slice() {
        [] => return Ok(None),
        ["step"] => Line::Step(STEP),
        ["step" | "run", time] if *time != "until" => Line::Step(span(time)?),
        ["run", "until", what] => Line::Until(sought(what)?),
        ["run", ..] => return Err("write how long or until what: run 2m, run until alert".to_owned()),
        ["status"] => Line::Status,
        ["look", name] => Line::Look((*name).to_owned()),
        ["look"] => return Err("write what to look at: look candidate, look payments".to_owned()),
        ["log"] => Line::Log(LINES),
        ["log", count] => Line::Log(number(count)?),
        ["ack" | "acknowledge"] => Line::Acknowledge(None),
        ["ack", alert] => Line::Acknowledge(Some((*alert).to_owned())),
        ["back", time] => Line::Back(span(time)?),
        ["back"] => return Err("write how far back: back 30s".to_owned()),
        ["brief"] => Line::Brief,
        ["hint"] => Line::Hint(None),
        ["hint", count] => Line::Hint(Some(number(count)?)),
        ["next"] => Line::Next,
        ["help"] => Line::Help,
        ["quit" | "exit"] => Line::Quit,
        ["hold", rest @ ..] => by_hand(&[&["pause"], rest].concat())?,
        ["localize", rest @ ..] => by_hand(&[&["localise"], rest].concat())?,
        [word, ..] if is_an_action(word) => by_hand(&words)?,
        [word, ..] => return Err(unknown(word)),
    };
    Ok(Some(line))
}

fn by_hand(words: &[&str]) -> Result<Line, String> {
    let (action, because) = manual_actions::explained(words)?;
    Ok(Line::Do(action, because))
}

/// A length of time; a number alone gets the seconds that were probably meant.
fn span(text: &str) -> Result<Span, String> {
    text.parse::<Span>().map_err(|error| match text.parse::<u64>() {
        Ok(seconds) => format!("{error}; did you mean {seconds}s?"),
        Err(_) => error.to_string(),
    })
}

fn sought(what: &str) -> Result<Sought, String> {
    Ok(match what {
        "alert" => Sought::Alert,
        "page" => Sought::Page,
        "change" => Sought::Change,
        "end" => Sought::End,
        time => {
            let time = time.parse::<Span>().map_err(|_| {
                format!(
                    "\"{time}\" is no end; write alert, page, change, end, or a time of the run such as 12m"
                )
            })?;
            Sought::At(Time(time.0))
        }
    })
}

fn is_an_action(word: &str) -> bool {
    manual_actions::words().any(|known| known == word)
}

fn unknown(word: &str) -> String {
    let own = WORDS.iter().filter_map(|(written, _)| written.split(' ').next());
    let hint = nearest(word, own.chain(manual_actions::words()));
    let hint = hint.map_or_else(String::new, |near| format!("did you mean \"{near}\"? "));
    format!("\"{word}\" is not known; {hint}`help` lists what can be written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{RolloutCommand, Suspect};

    fn line(text: &str) -> Line {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn lines_are_read() {
        assert_eq!(line("step"), Line::Step(STEP));
        assert_eq!(line("step 2m"), Line::Step(Span::from_secs(120)));
        assert_eq!(line("run until alert"), Line::Until(Sought::Alert));
        assert_eq!(line("run until 12m"), Line::Until(Sought::At(Time::from_secs(720))));
        assert_eq!(line("ack"), Line::Acknowledge(None));
        assert_eq!(line("ack errors"), Line::Acknowledge(Some("errors".to_owned())));
        let pause = ManualAction::Command(RolloutCommand::Pause);
        assert_eq!(line("hold because errors rise"), Line::Do(pause, "errors rise".to_owned()));
        let network = ManualAction::Localise(Suspect::Network);
        assert_eq!(line("localize network"), Line::Do(network, String::new()));
        assert_eq!(line("tell all # is well"), Line::Do(ManualAction::Tell("all".into()), String::new()));
        assert_eq!(parse("  # only a remark").unwrap(), None);
    }

    #[test]
    fn every_word_of_the_help_is_read_and_a_slip_gets_the_nearest() {
        for (written, _) in WORDS {
            let first = written.split(' ').next().unwrap();
            let said = parse(first);
            assert!(!said.is_err_and(|error| error.contains("is not known")), "{first}");
        }
        assert!(parse("abrot").unwrap_err().contains("did you mean \"abort\"?"));
        assert!(parse("stauts").unwrap_err().contains("did you mean \"status\"?"));
        assert!(parse("run until dawn").unwrap_err().contains("such as 12m"));
        assert!(parse("step 30").unwrap_err().contains("30s"));
        assert!(parse("log many").unwrap_err().contains("not a number"));
        assert!(parse("localise releese").unwrap_err().contains("did you mean \"release\"?"));
    }
}
