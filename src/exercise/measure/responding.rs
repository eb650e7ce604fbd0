//! Measures on what a person does about trouble: whether they take the page, name its true cause, and tell others.

use super::outage::{USUAL, outage};
use crate::engine::{Share, Span, Time};
use crate::scenario::{FaultKind, Scenario};
use crate::sim::{Action, Record, Suspect, What, Who};

/// A fault may be named this long after it ended: what it did is on the dashboards for so long (modelling choice: the usual
/// window).
const REMEMBERED: Span = Span::from_secs(300);

/// The load counts as a cause from this many times the ordinary traffic on (modelling choice: what a fleet with the usual third
/// of headroom just carries).
const SURGE: f64 = 1.25;

/// How many standard deviations of a Poisson count more it must be: where few ask, a stretch of luck is no surge (modelling choice).
const LUCK: f64 = 6.0;

/// The stretch that the ordinary traffic, and that of a moment, is measured over (modelling choice).
const STRETCH: Span = Span::from_secs(120);

/// What somebody asked for by hand.
pub(super) fn by_hand(run: &Record) -> impl DoubleEndedIterator<Item = (Time, &Action)> {
    run.facts.iter().filter_map(|fact| match &fact.what {
        What::Asked { who: Who::Learner, action } => Some((fact.at, action)),
        _ => None,
    })
}

fn first_page(run: &Record) -> Option<Time> {
    run.facts.iter().find(|fact| matches!(fact.what, What::Paged(_))).map(|fact| fact.at)
}

/// From the first page until `is` was done by hand, 0 when nobody was paged; `None` for never. What was done before the page does
/// not answer it.
fn since_paged(run: &Record, is: fn(&Action) -> bool) -> Option<f64> {
    let Some(paged) = first_page(run) else { return Some(0.0) };
    let done = by_hand(run).find(|(at, action)| *at >= paged && is(action))?.0;
    Some(done.since(paged).as_secs_f64())
}

/// From the first page to the first acknowledgement by hand.
pub(super) fn time_to_take_the_page(run: &Record) -> Option<f64> {
    since_paged(run, |action| matches!(action, Action::Acknowledge { .. }))
}

/// From the first page to the first status update.
pub(super) fn time_to_tell(run: &Record) -> Option<f64> {
    since_paged(run, |action| matches!(action, Action::Tell(_)))
}

/// Whether the cause that was named last is a true one: something that was wrong when it was named, or shortly before. `Nothing` is
/// right only if nothing was wrong in the whole run. `causes` are true ones as well, from when users began to fail on.
pub(super) fn localised_right(run: &Record, scenario: &Scenario, causes: &[Suspect]) -> bool {
    let named = by_hand(run).rev().find_map(|(at, action)| match action {
        Action::Localise(suspect) => Some((at, suspect)),
        _ => None,
    });
    let Some((at, suspect)) = named else { return false };
    if causes.contains(suspect) && outage(run, USUAL).is_some_and(|(began, _)| began <= at) {
        return true;
    }
    match suspect {
        Suspect::Nothing if !causes.is_empty() => false,
        Suspect::Nothing => culprits(run, scenario, Time::ZERO + run.simulated, run.simulated).is_empty(),
        Suspect::Release
        | Suspect::Service(_)
        | Suspect::Network
        | Suspect::Load
        | Suspect::Flag
        | Suspect::Monitoring
        | Suspect::DeployTool => culprits(run, scenario, at, REMEMBERED).contains(suspect),
    }
}

/// What is truly wrong at a time of the run, or was for the last `remembered` before it: each defect that has shown, each fault, and
/// a surge of traffic.
pub(super) fn culprits(run: &Record, scenario: &Scenario, at: Time, remembered: Span) -> Vec<Suspect> {
    let mut found = Vec::new();
    if run.truth.defect_shown.is_some_and(|shown| shown <= at) {
        found.push(Suspect::Release);
        if run.facts.iter().any(|fact| fact.at <= at && turns_a_flag_on(&fact.what)) {
            found.push(Suspect::Flag);
        }
    }
    let begun = run.facts.iter().filter(|fact| fact.at <= at);
    for fact in begun {
        let What::FaultBegan(name) = &fact.what else { continue };
        let Some(fault) = scenario.fault(name) else { continue };
        let ended = run.facts.iter().find(|later| {
            later.at >= fact.at && matches!(&later.what, What::FaultEnded(ended) if ended == name)
        });
        let until = match ended {
            Some(ended) => Some(ended.at),
            None if fault.what.is_instant() => Some(fact.at),
            None => None,
        };
        if until.is_none_or(|until| until + remembered >= at) {
            found.extend(suspects_of(&fault.what));
        }
    }
    if surges(run, at, remembered) {
        found.push(Suspect::Load);
    }
    found
}

fn turns_a_flag_on(what: &What) -> bool {
    matches!(what, What::Flagged { share, .. } if *share > Share::ZERO)
}

/// What a person may name who has found this fault.
fn suspects_of(fault: &FaultKind) -> Vec<Suspect> {
    match fault {
        FaultKind::Crash { service, .. }
        | FaultKind::NodeDrain { service, .. }
        | FaultKind::Breakdowns { service, .. }
        | FaultKind::Brownout { service, .. } => vec![Suspect::Service(service.clone())],
        // It looks like the service that cannot be reached.
        FaultKind::Network { service, .. } => vec![Suspect::Network, Suspect::Service(service.clone())],
        FaultKind::ZoneLoss { .. } => vec![Suspect::Network],
        FaultKind::Metrics(_) => vec![Suspect::Monitoring],
        FaultKind::FlagService => vec![Suspect::Flag],
        FaultKind::DeployTool(_) => vec![Suspect::DeployTool],
    }
}

/// Whether users asked so much more often than at the start, at `at` or in the last `remembered` before it, that it was no luck.
fn surges(run: &Record, at: Time, remembered: Span) -> bool {
    let asked = |from: Time, to: Time| {
        let within = run.truth.points.iter().filter(|point| point.at > from && point.at <= to);
        within.fold((0.0, 0.0), |(points, ended), point| (points + 1.0, ended + f64::from(point.ended)))
    };
    let (points, ended) = asked(Time::ZERO, Time::ZERO + STRETCH);
    let ordinary = ended / f64::max(points, 1.0);
    let ends = run.truth.points.iter().map(|point| point.at);
    let mut looked_at =
        ends.filter(|end| *end > Time::ZERO + STRETCH && *end <= at && *end + remembered >= at);
    let is_more = |end: Time| {
        let (points, ended) = asked(end - STRETCH, end);
        let usual = ordinary * points;
        ended > f64::max(SURGE * usual, usual + LUCK * usual.sqrt())
    };
    ordinary > 0.0 && looked_at.any(is_more)
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{fact, record, scenario};
    use super::*;

    fn asks(seconds: u64, action: Action) -> crate::sim::Fact {
        fact(seconds, What::Asked { who: Who::Learner, action })
    }

    /// Whether it is right to name `suspect` at `seconds` in a run that `change` was made to.
    fn right(seconds: u64, suspect: Suspect, change: impl FnOnce(&mut Record)) -> bool {
        let mut run = record();
        run.truth.points.iter_mut().for_each(|point| point.ended = 100);
        change(&mut run);
        run.facts.push(asks(seconds, Action::Localise(suspect)));
        localised_right(&run, &scenario(), &[])
    }

    fn outage(run: &mut Record) {
        run.facts.push(fact(600, What::FaultBegan("outage".to_owned())));
        run.facts.push(fact(660, What::FaultEnded("outage".to_owned())));
    }

    fn shop() -> Suspect {
        Suspect::Service("shop".to_owned())
    }

    #[test]
    fn a_fault_is_named_while_it_lasts_and_shortly_after() {
        assert!(!right(599, shop(), outage), "a guess before it struck is no finding");
        assert!(right(600, shop(), outage));
        assert!(right(960, shop(), outage));
        assert!(!right(961, shop(), outage));
        assert!(!right(610, Suspect::Release, outage));
        assert!(!right(610, Suspect::Nothing, outage));
        assert!(right(610, Suspect::Nothing, |_| ()));
        assert!(!right(500, Suspect::Nothing, outage), "it is said of the whole run");
    }

    #[test]
    fn a_defect_is_named_once_it_has_shown() {
        let shows = |run: &mut Record| run.truth.defect_shown = Some(Time::from_secs(400));
        assert!(!right(399, Suspect::Release, shows));
        assert!(right(400, Suspect::Release, shows));
        assert!(!right(400, Suspect::Flag, shows), "no flag was turned on");
        let behind_a_flag = |run: &mut Record| {
            shows(run);
            let share = Share::percent(10.0);
            run.facts.push(fact(350, What::Flagged { name: "new".to_owned(), share }));
        };
        assert!(right(400, Suspect::Flag, behind_a_flag));
        assert!(right(400, Suspect::Release, behind_a_flag));
    }

    #[test]
    fn more_traffic_is_a_cause_and_a_little_more_is_none() {
        let times = |factor: u32| {
            move |run: &mut Record| {
                let later = run.truth.points.iter_mut().filter(|point| point.at > Time::from_secs(600));
                later.for_each(|point| point.ended = factor);
            }
        };
        assert!(right(800, Suspect::Load, times(160)));
        assert!(!right(590, Suspect::Load, times(160)));
        assert!(!right(800, Suspect::Load, times(120)));
    }

    #[test]
    fn where_few_ask_a_stretch_of_luck_is_no_surge() {
        let few = |more: u32| {
            move |run: &mut Record| {
                run.truth.points.iter_mut().for_each(|point| point.ended = 8);
                let later = run.truth.points.iter_mut().filter(|point| point.at > Time::from_secs(600));
                later.for_each(|point| point.ended = more);
            }
        };
        assert!(!right(800, Suspect::Load, few(12)));
        assert!(right(800, Suspect::Load, few(16)));
    }

    #[test]
    fn the_last_cause_that_was_named_counts_and_none_is_wrong() {
        let twice = |run: &mut Record| {
            outage(run);
            run.facts.push(asks(610, Action::Localise(shop())));
        };
        assert!(!right(620, Suspect::Release, twice));
        let mut run = record();
        outage(&mut run);
        assert!(!localised_right(&run, &scenario(), &[]));
    }

    #[test]
    fn what_others_do_is_not_done_by_hand() {
        let mut run = record();
        run.facts.push(asks(390, Action::Acknowledge { alert: "errors".to_owned() }));
        run.facts.push(asks(395, Action::Tell("all is well".to_owned())));
        run.facts.push(fact(400, What::Paged("errors".to_owned())));
        run.facts.push(fact(500, What::Acknowledged("errors".to_owned())));
        assert_eq!((time_to_take_the_page(&run), time_to_tell(&run)), (None, None));
        run.facts.push(asks(520, Action::Acknowledge { alert: "errors".to_owned() }));
        run.facts.push(asks(550, Action::Tell("we look into it".to_owned())));
        assert_eq!((time_to_take_the_page(&run), time_to_tell(&run)), (Some(120.0), Some(150.0)));
        assert_eq!(time_to_tell(&record()), Some(0.0), "nobody was paged");
    }
}
