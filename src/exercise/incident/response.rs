//! The model response to an incident that is met on duty: a playbook of somebody who looks how many requests fail, and whether it passes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::playbook::FORMAT;
use super::super::{Cue, Playbook, PlaybookRule};
use crate::control::Limit;
use crate::engine::{Level, Share, Span, Time};
use crate::scenario::Scenario;
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase, Suspect};
use crate::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

/// How long trouble that passes lasts (modelling choice: shorter than a person waits who has seen some).
pub(super) const PASSING_LASTS: (Span, Span) = (Span::from_secs(240), Span::from_secs(360));
/// The name of the alert that pages.
const ALERT: &str = "errors";
/// Above this share of failing requests the alert pages (modelling choice: what a fleet that is taken down and up again fails stays below).
const PAGES: Share = Share::percent(10.0);
/// Above this share of failing requests nothing is lost by going back at once (modelling choice: twice what trouble that passes does).
const MOST: Share = Share::percent(60.0);

const TAKES_PAGE: &str = "take the page";
const MOST_FAIL: &str = "most requests fail";
const GOES_ON: &str = "it does not pass";

/// Something that helps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// How long after the first of them. Default at once.
    #[serde(default)]
    pub after: Span,
    /// What is done.
    #[serde(rename = "do")]
    pub actions: Vec<ManualAction>,
}

/// What users meet in a world, as the alert on duty looks at it: over five scrapes, and two minutes at least.
pub(super) struct Watched {
    query: Query,
}

impl Watched {
    /// The errors of the service that users ask.
    pub fn of(scenario: &Scenario) -> Self {
        let subject = if scenario.entry == scenario.target {
            Subject::Target
        } else {
            Subject::Service(scenario.entry.clone())
        };
        let over = scenario.monitoring.scrape.scaled(5.0).max(Span::from_secs(120));
        Self { query: Query { over, ..Query::new(Metric::ErrorRatio, subject) } }
    }

    /// The alert of the plan on duty.
    pub fn alert(&self) -> AlertRule {
        AlertRule {
            name: ALERT.to_owned(),
            when: Condition::Above(self.query.clone(), Level::Share(PAGES)),
            hold: Span::from_secs(60),
            keep_firing_for: Span::ZERO,
            urgency: Urgency::default(),
        }
    }

    /// How long after a page trouble that passes has passed, and the alert with it.
    fn patience(&self) -> Span {
        PASSING_LASTS.1 + self.query.over + Span::from_secs(60)
    }
}

/// What somebody does in this world who looks: the first of `causes` is what they name, and `remedies` are what they do.
pub(super) fn response(causes: &[Suspect], remedies: &[Remedy], scenario: &Scenario) -> Playbook {
    let watched = Watched::of(scenario);
    let mut rules = vec![taking_the_page(scenario)];
    rules.extend(acting(causes, remedies, &watched));
    rules.extend(going_on(remedies));
    rules.extend(leaving_alone(scenario));
    Playbook { format: FORMAT, title: "Look, wait as long as it may pass, act".to_owned(), rules }
}

/// A cause is named at once, and another one when more is known: the last one counts.
fn taking_the_page(scenario: &Scenario) -> PlaybookRule {
    let take = ManualAction::Acknowledge { alert: ALERT.to_owned() };
    let service = ManualAction::Localise(Suspect::Service(scenario.target.clone()));
    PlaybookRule {
        name: TAKES_PAGE.to_owned(),
        when: vec![Cue::Paged],
        holds: Span::ZERO,
        actions: vec![
            take,
            service,
            tell("Users see errors. We look into it; the next update comes in ten minutes."),
        ],
        because: "more than a tenth of the requests fail".to_owned(),
    }
}

/// The cause is named and acted on: where most requests fail at once, and else when it has not passed.
fn acting(causes: &[Suspect], remedies: &[Remedy], watched: &Watched) -> [PlaybookRule; 2] {
    let mut actions: Vec<ManualAction> =
        causes.first().cloned().map(ManualAction::Localise).into_iter().collect();
    let at_once = remedies.iter().filter(|remedy| remedy.after.is_zero());
    actions.extend(at_once.flat_map(|remedy| remedy.actions.iter().cloned()));
    actions.push(tell("It does not pass by itself. We act on it; the next update comes in ten minutes."));
    let most = Cue::Shows { query: watched.query.clone(), is: Limit::Above(Level::Share(MOST)) };
    let at_once = PlaybookRule {
        name: MOST_FAIL.to_owned(),
        when: vec![done(TAKES_PAGE), most],
        holds: Span::from_secs(60),
        actions: actions.clone(),
        because: "most requests fail, so that nothing is lost by acting".to_owned(),
    };
    let later = PlaybookRule {
        name: GOES_ON.to_owned(),
        when: vec![
            Cue::After { rule: TAKES_PAGE.to_owned(), by: watched.patience() },
            Cue::Fires(ALERT.to_owned()),
            not(done(MOST_FAIL)),
        ],
        holds: Span::ZERO,
        actions,
        because: "trouble that passes has passed by now, and does not come back".to_owned(),
    };
    [at_once, later]
}

/// What is done some time after the first.
fn going_on(remedies: &[Remedy]) -> Vec<PlaybookRule> {
    let later = remedies.iter().filter(|remedy| !remedy.after.is_zero());
    let of_both = later.flat_map(|remedy| [MOST_FAIL, GOES_ON].map(|first| (remedy, first)));
    let rule = |(remedy, first): (&Remedy, &str)| PlaybookRule {
        name: format!("{} after \"{first}\"", remedy.after),
        when: vec![Cue::After { rule: first.to_owned(), by: remedy.after }],
        holds: Span::ZERO,
        actions: remedy.actions.clone(),
        because: "what was done before has helped".to_owned(),
    };
    of_both.map(rule).collect()
}

/// What passed is told, and that nothing was wrong is named.
fn leaving_alone(scenario: &Scenario) -> [PlaybookRule; 2] {
    let passed = PlaybookRule {
        name: "it has passed".to_owned(),
        when: vec![
            done(TAKES_PAGE),
            not(Cue::Fires(ALERT.to_owned())),
            not(done(MOST_FAIL)),
            not(done(GOES_ON)),
        ],
        holds: Span::from_secs(30),
        actions: vec![tell("It has passed by itself, and the release is not the cause.")],
        because: "the errors ended although nothing was done".to_owned(),
    };
    let last = Time::ZERO + whole_seconds(scenario.horizon.scaled(0.97));
    let quiet = PlaybookRule {
        name: "nothing all day".to_owned(),
        when: vec![Cue::Since(last), not(done(TAKES_PAGE))],
        holds: Span::ZERO,
        actions: vec![ManualAction::Localise(Suspect::Nothing)],
        because: "no request failed more often than on any day".to_owned(),
    };
    [passed, quiet]
}

/// Something pages while a release goes out or after it: so it was the release.
pub(super) fn blame() -> Playbook {
    let back = [RolloutCommand::Abort, RolloutCommand::Undo].map(ManualAction::Command);
    let quiet = PlaybookRule {
        name: "quiet so far".to_owned(),
        when: vec![Cue::Phase(RolloutPhase::InProgress)],
        holds: Span::ZERO,
        actions: vec![ManualAction::Localise(Suspect::Nothing)],
        because: "nothing has happened yet".to_owned(),
    };
    let mut actions = vec![
        ManualAction::Acknowledge { alert: ALERT.to_owned() },
        ManualAction::Localise(Suspect::Release),
        tell("Something fails since the release. We are going back."),
    ];
    actions.extend(back);
    let back = PlaybookRule {
        name: "back".to_owned(),
        when: vec![Cue::Paged],
        holds: Span::ZERO,
        actions,
        because: "something changed, and something fails".to_owned(),
    };
    Playbook { format: FORMAT, title: "It was the release".to_owned(), rules: vec![quiet, back] }
}

fn tell(text: &str) -> ManualAction {
    ManualAction::Tell(text.to_owned())
}

fn not(cue: Cue) -> Cue {
    Cue::Not(Box::new(cue))
}

fn done(rule: &str) -> Cue {
    Cue::After { rule: rule.to_owned(), by: Span::ZERO }
}

/// A time without the part of a second.
pub(super) fn whole_seconds(span: Span) -> Span {
    Span::from_secs(span.as_secs_f64() as u64)
}
