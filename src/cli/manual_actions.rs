//! Manual actions as they are written on the command line: `90s abort`.

use crate::engine::nearest;
use crate::engine::{Level, Share, Span, Time};
use crate::exercise::HandAction;
use crate::sim::{Conclusion, ManualAction, Pool, RolloutCommand, Route, Suspect};
use crate::telemetry::{Condition, Metric, Query, Subject};

/// The commands to the rollout, by their names.
const COMMANDS: [(&str, RolloutCommand); 8] = [
    ("promote", RolloutCommand::Promote),
    ("promote-full", RolloutCommand::PromoteFull),
    ("pause", RolloutCommand::Pause),
    ("resume", RolloutCommand::Resume),
    ("abort", RolloutCommand::Abort),
    ("retry", RolloutCommand::Retry),
    ("undo", RolloutCommand::Undo),
    ("kill-flag", RolloutCommand::KillFlag),
];

/// The actions that take arguments.
const LONGER: [&str; 16] = [
    "route 10%",
    "scale candidate 3",
    "resize 12",
    "flag NAME 50%",
    "restart candidate",
    "restart 7",
    "drain 7",
    "acknowledge ALERT",
    "localise SUSPECT",
    "tell TEXT",
    "hypothesise STATEMENT",
    "experiment FAULT stop STATEMENT",
    "conclude keep|drop|postpone",
    "shed 20%",
    "open-breaker SERVICE",
    "close-breaker SERVICE",
];

/// The word before the reason of an action.
const BECAUSE: &str = "because";

/// Reads `TIME ACTION`, such as `90s abort`, `6m30s route 10%` or `400s scale candidate 3`, with `because` and a reason for the
/// audit record after it where there is one.
pub(super) fn parse(text: &str) -> Result<HandAction, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some((when, words)) = words.split_first() else {
        return Err(format!("write a time and an action, such as \"90s abort\" ({})", allowed()));
    };
    let at = when.parse::<Span>().map_err(|error| error.to_string())?;
    let (action, because) = explained(words)?;
    Ok(HandAction { at: Time(at.0), action, because })
}

/// Reads an action, and the reason after `because`. A status update is all text: its `because` belongs to it.
pub(super) fn explained(words: &[&str]) -> Result<(ManualAction, String), String> {
    let tells = words.first() == Some(&"tell");
    let reason = words.iter().position(|word| *word == BECAUSE).filter(|_| !tells);
    let (words, because) = match reason {
        Some(place) if place + 1 == words.len() => {
            return Err(format!("no reason after \"{BECAUSE}\"; write it, or leave the word out"));
        }
        Some(place) => (&words[..place], words[place + 1..].join(" ")),
        None => (words, String::new()),
    };
    Ok((action(words)?, because))
}

fn action(words: &[&str]) -> Result<ManualAction, String> {
    match words {
        [] => Err(format!("no action after the time; write one of {}", allowed())),
        [word] if COMMANDS.iter().any(|(name, _)| name == word) => {
            let found = COMMANDS.iter().find(|(name, _)| name == word);
            found.map(|(_, command)| ManualAction::Command(*command)).ok_or_else(allowed)
        }
        ["route", share] => Ok(ManualAction::Route(Route::split(part(share)?))),
        ["scale", pool, to] => {
            let to = to.parse().map_err(|_| format!("\"{to}\" is not a number of instances"))?;
            Ok(ManualAction::Scale { pool: self::pool(pool)?, to })
        }
        ["resize", to] => {
            let to = to.parse().map_err(|_| format!("\"{to}\" is not a number of instances"))?;
            Ok(ManualAction::Resize { to })
        }
        ["flag", name, share] => Ok(ManualAction::Flag { name: (*name).to_owned(), share: part(share)? }),
        ["shed", share] => Ok(ManualAction::Shed { share: part(share)? }),
        ["open-breaker", to] => Ok(ManualAction::OpenBreaker { to: (*to).to_owned(), open: true }),
        ["close-breaker", to] => Ok(ManualAction::OpenBreaker { to: (*to).to_owned(), open: false }),
        ["drain", number] => Ok(ManualAction::DrainInstance { instance: instance(number)? }),
        ["restart", number] if number.starts_with(|c: char| c.is_ascii_digit()) => {
            Ok(ManualAction::RestartInstance { instance: instance(number)? })
        }
        ["localise", suspect @ ..] => Ok(ManualAction::Localise(self::suspect(suspect)?)),
        ["tell", text @ ..] if !text.is_empty() => Ok(ManualAction::Tell(text.join(" "))),
        ["tell"] => Err("no text after \"tell\"; write what is known and what is being done".to_owned()),
        ["hypothesise", words @ ..] => Ok(ManualAction::Hypothesise(statement(words)?)),
        ["experiment", fault] => Ok(ManualAction::Experiment { fault: (*fault).to_owned(), stop: None }),
        ["experiment", fault, "stop", words @ ..] => {
            Ok(ManualAction::Experiment { fault: (*fault).to_owned(), stop: Some(statement(words)?) })
        }
        ["conclude", word] => Ok(ManualAction::Conclude(conclusion(word)?)),
        ["acknowledge", alert] => Ok(ManualAction::Acknowledge { alert: (*alert).to_owned() }),
        ["restart", pool] => Ok(ManualAction::Restart { pool: self::pool(pool)? }),
        [word, ..] => {
            let hint = nearest(word, self::words()).filter(|near| near != word);
            let hint = hint.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            Err(format!("\"{}\" is not an action{hint} (write one of {})", words.join(" "), allowed()))
        }
    }
}

/// The words for what a statement is about.
const METRICS: [(&str, Metric); 6] = [
    ("error-ratio", Metric::ErrorRatio),
    ("request-rate", Metric::RequestRate),
    ("saturation", Metric::Saturation),
    ("p50", Metric::Latency(0.5)),
    ("p90", Metric::Latency(0.9)),
    ("p99", Metric::Latency(0.99)),
];

/// A statement about a metric, such as `error-ratio of target over 1m below 1%`.
fn statement(words: &[&str]) -> Result<Condition, String> {
    let example = "error-ratio of target over 1m below 1%";
    let [metric, "of", of, "over", over, side, level] = words else {
        return Err(format!(
            "\"{}\" is no statement; write METRIC of SUBJECT over TIME below|above LEVEL, such as {example}",
            words.join(" ")
        ));
    };
    let Some((_, metric)) = METRICS.iter().find(|(word, _)| word == metric) else {
        let names = || METRICS.iter().map(|(word, _)| *word);
        let hint =
            nearest(metric, names()).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        let all: Vec<&str> = names().collect();
        return Err(format!("\"{metric}\" is no metric{hint} (write {})", all.join(", ")));
    };
    let of = match *of {
        "target" => Subject::Target,
        "baseline" => Subject::Baseline,
        "candidate" => Subject::Candidate,
        service => Subject::Service(service.to_owned()),
    };
    let over = over.parse::<Span>().map_err(|error| error.to_string())?;
    let level = level.parse::<Level>().map_err(|error| error.to_string())?;
    let query = Query { over, ..Query::new(metric.clone(), of) };
    match *side {
        "below" => Ok(Condition::Below(query, level)),
        "above" => Ok(Condition::Above(query, level)),
        _ => Err(format!("\"{side}\" is neither below nor above; write it as in {example}")),
    }
}

fn conclusion(word: &str) -> Result<Conclusion, String> {
    Conclusion::ALL.iter().copied().find(|conclusion| conclusion.name() == word).ok_or_else(|| {
        let names = Conclusion::ALL.iter().map(|conclusion| conclusion.name());
        let hint =
            nearest(word, names).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        format!("\"{word}\" is no conclusion{hint} (keep, drop, postpone)")
    })
}

/// The words for all suspects but a service.
const SUSPECTS: [(&str, Suspect); 7] = [
    ("release", Suspect::Release),
    ("network", Suspect::Network),
    ("load", Suspect::Load),
    ("flag", Suspect::Flag),
    ("monitoring", Suspect::Monitoring),
    ("deploy-tool", Suspect::DeployTool),
    ("nothing", Suspect::Nothing),
];

/// A suspect, such as `release` or `service payments`.
fn suspect(words: &[&str]) -> Result<Suspect, String> {
    if let ["service", name] = words {
        return Ok(Suspect::Service((*name).to_owned()));
    }
    let said = words.join(" ");
    if let Some((_, suspect)) = SUSPECTS.iter().find(|(word, _)| *word == said) {
        return Ok(suspect.clone());
    }
    let names = || SUSPECTS.iter().map(|(word, _)| *word);
    let hint = nearest(&said, names()).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
    let all: Vec<&str> = names().collect();
    Err(format!("\"{said}\" is no suspect{hint} (write {}, or service NAME)", all.join(", ")))
}

/// A share of at most all.
fn part(text: &str) -> Result<Share, String> {
    let share = text.parse::<Share>().map_err(|error| error.to_string())?;
    if share > Share::ALL { Err(format!("{share} is more than all; write at most 100%")) } else { Ok(share) }
}

/// The number of an instance, as the timeline shows it.
fn instance(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
        format!("\"{text}\" is not the number of an instance (write 1 or more, as the timeline names them)")
    })
}

fn pool(name: &str) -> Result<Pool, String> {
    Pool::ALL.into_iter().find(|pool| pool.name() == name).ok_or_else(|| {
        let hint = nearest(name, Pool::ALL.map(Pool::name));
        let hint = hint.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        format!("\"{name}\" is not a pool{hint} (stable, candidate, control)")
    })
}

/// The first words of all actions.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let longer = LONGER.iter().filter_map(|written| written.split(' ').next());
    COMMANDS.iter().map(|(name, _)| *name).chain(longer)
}

/// All actions as they are written, for messages.
pub(super) fn allowed() -> String {
    let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).chain(LONGER).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_an_action_are_read() {
        let abort = parse("90s abort").unwrap();
        assert_eq!(
            (abort.at, abort.action),
            (Time::from_secs(90), ManualAction::Command(RolloutCommand::Abort))
        );
        assert_eq!(
            parse("6m30s route 10%").unwrap().action,
            ManualAction::Route(Route::split(Share::percent(10.0)))
        );
        let scale = ManualAction::Scale { pool: Pool::Candidate, to: 3 };
        assert_eq!(parse("400s scale candidate 3").unwrap().action, scale);
        assert!(matches!(parse("1m flag new-cart 50%").unwrap().action, ManualAction::Flag { .. }));
        for (name, _) in COMMANDS {
            assert!(parse(&format!("1s {name}")).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_action_may_have_a_reason() {
        let abort = parse("90s abort because errors doubled at a tenth").unwrap();
        assert_eq!(abort.action, ManualAction::Command(RolloutCommand::Abort));
        assert_eq!(abort.because, "errors doubled at a tenth");
        assert!(parse("90s abort because").unwrap_err().contains("no reason"));
    }

    #[test]
    fn load_can_be_shed_and_a_breaker_forced() {
        assert_eq!(parse("1m shed 20%").unwrap().action, ManualAction::Shed { share: Share::percent(20.0) });
        for (word, open) in [("open-breaker", true), ("close-breaker", false)] {
            let wanted = ManualAction::OpenBreaker { to: "bank".to_owned(), open };
            assert_eq!(parse(&format!("1m {word} bank")).unwrap().action, wanted);
        }
        assert!(parse("1m shed 120%").unwrap_err().contains("at most 100%"));
        assert!(parse("1m open-braker bank").unwrap_err().contains("did you mean \"open-breaker\"?"));
    }

    #[test]
    fn one_instance_can_be_chosen_and_a_page_answered() {
        assert_eq!(parse("1m drain 7").unwrap().action, ManualAction::DrainInstance { instance: 7 });
        assert_eq!(parse("1m restart 7").unwrap().action, ManualAction::RestartInstance { instance: 7 });
        assert_eq!(
            parse("1m restart candidate").unwrap().action,
            ManualAction::Restart { pool: Pool::Candidate }
        );
        let errors = ManualAction::Acknowledge { alert: "errors".to_owned() };
        assert_eq!(parse("1m acknowledge errors").unwrap().action, errors);
        assert!(parse("1m drain 0").unwrap_err().contains("write 1 or more"));
        assert!(parse("1m drain candidate").unwrap_err().contains("not the number of an instance"));
        assert!(parse("1m aknowledge errors").unwrap_err().contains("did you mean \"acknowledge\"?"));
    }

    #[test]
    fn a_cause_can_be_named_and_a_status_told() {
        let named = |text: &str| parse(&format!("1m localise {text}")).map(|hand| hand.action);
        assert_eq!(named("release").unwrap(), ManualAction::Localise(Suspect::Release));
        let payments = Suspect::Service("payments".to_owned());
        for suspect in Suspect::all(["payments"]) {
            let word = SUSPECTS.iter().find(|(_, known)| *known == suspect).map(|(word, _)| *word);
            let written = word.unwrap_or("service payments");
            assert_eq!(named(written).unwrap(), ManualAction::Localise(suspect), "{written}");
        }
        assert_eq!(named("service payments").unwrap(), ManualAction::Localise(payments));
        assert!(named("relaese").unwrap_err().contains("did you mean \"release\"?"));
        assert!(named("").unwrap_err().contains("service NAME"));
        let told = parse("1m tell we went back because errors doubled").unwrap();
        assert_eq!(told.action, ManualAction::Tell("we went back because errors doubled".to_owned()));
        assert_eq!(told.because, "");
        assert!(parse("1m tell").unwrap_err().contains("what is known"));
    }

    #[test]
    fn an_experiment_is_written_in_words() {
        let of = |text: &str| parse(&format!("5m {text}")).map(|hand| hand.action);
        let errors =
            |over| Query { over: Span::from_secs(over), ..Query::new(Metric::ErrorRatio, Subject::Target) };
        let share = |percent| Level::Share(Share::percent(percent));
        assert_eq!(
            of("hypothesise error-ratio of target over 1m below 1%").unwrap(),
            ManualAction::Hypothesise(Condition::Below(errors(60), share(1.0)))
        );
        let stop = Some(Condition::Above(errors(30), share(2.0)));
        assert_eq!(
            of("experiment one-room stop error-ratio of target over 30s above 2%").unwrap(),
            ManualAction::Experiment { fault: "one-room".to_owned(), stop }
        );
        let whole = ManualAction::Experiment { fault: "one-room".to_owned(), stop: None };
        assert_eq!(of("experiment one-room").unwrap(), whole);
        for (metric, _) in METRICS {
            let level = if metric.starts_with('p') { "800ms" } else { "5%" };
            assert!(of(&format!("hypothesise {metric} of rooms over 2m below {level}")).is_ok(), "{metric}");
        }
        for conclusion in Conclusion::ALL {
            let said = of(&format!("conclude {}", conclusion.name())).unwrap();
            assert_eq!(said, ManualAction::Conclude(*conclusion));
        }
        assert!(of("conclude keeps").unwrap_err().contains("did you mean \"keep\"?"));
        assert!(of("hypothesise all is well").unwrap_err().contains("such as error-ratio of target"));
        assert!(of("hypothesise error-rate of target over 1m below 1%").unwrap_err().contains("error-ratio"));
        assert!(
            of("hypothesise p99 of target over 1m under 1s").unwrap_err().contains("neither below nor above")
        );
    }

    #[test]
    fn the_fleet_can_be_resized() {
        assert_eq!(parse("1m resize 12").unwrap().action, ManualAction::Resize { to: 12 });
        assert!(parse("1m resize many").unwrap_err().contains("\"many\" is not a number"));
    }

    #[test]
    fn a_slip_gets_the_nearest_word() {
        let said = |text: &str| parse(text).unwrap_err();
        assert!(said("90s abrot").contains("did you mean \"abort\"?"), "{}", said("90s abrot"));
        assert!(said("90 abort").contains("\"90s\""));
        assert!(said("1m scale canditate 3").contains("did you mean \"candidate\"?"));
        assert!(said("1m route 150%").contains("at most 100%"));
        assert!(said("90s").contains("abort"));
        assert!(said("").contains("90s abort"));
    }
}
