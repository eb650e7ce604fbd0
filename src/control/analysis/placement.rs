//! The checks of a plan, each with the split of the requests while it measures. Formulas for the power of a check need it.

use crate::control::compiled_plan::CompiledPlan;
use crate::control::{Analysis, Check, Copies, Experiment, Plan, Step};
use crate::engine::{Share, Span};
use crate::telemetry::Subject;

/// A check, its place in the plan, and the split of the requests that it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckPlacement {
    /// The check.
    pub check: Check,
    /// Its place, for people: `step 2`, `beside steps 1 to 2`.
    pub place: String,
    /// Share of the target's requests that the candidate answers meanwhile; `None` when the share changes meanwhile, or is
    /// not known beforehand.
    pub candidate: Option<Share>,
    /// Share of the target's requests that the other side of the comparison, the baseline or the control, answers
    /// meanwhile; under a mirror the baseline answers all of them.
    pub against: Option<Share>,
    /// Number of measurements when none ends it sooner; `None` when that depends on the rest of the rollout.
    pub looks: Option<u32>,
}

impl Plan {
    /// All checks of its analyses, in the order of the steps, those beside the steps last.
    pub fn check_placements(&self) -> Vec<CheckPlacement> {
        let compiled = CompiledPlan::of(self, None);
        let splits = splits(&compiled);
        let mut all = Vec::new();
        for (at, step) in compiled.steps.iter().enumerate() {
            if let Some(analysis) = step.traits().analysis {
                all.extend(placed(analysis, &format!("step {}", at + 1), splits[at], analysis.lasts));
            }
        }
        for watch in &compiled.background {
            let until = watch.until.min(compiled.steps.len());
            let beside = watch.from.min(until)..until;
            let waits = |at: &usize| compiled.steps[*at].traits().waits;
            let mut seen = beside.clone().filter(waits).map(|at| splits[at]);
            let first = seen.next().flatten();
            let split = first.filter(|_| seen.all(|split| split == first));
            let place = format!("beside steps {} to {}", watch.from + 1, until);
            all.extend(placed(&watch.analysis, &place, split, time_of(&compiled.steps[beside])));
        }
        all
    }
}

/// The share of the requests that each side answers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Split {
    candidate: Share,
    baseline: Share,
    control: Share,
}

impl Split {
    /// The candidate this share, the control nothing, the baseline the rest.
    fn candidate(share: Share) -> Self {
        Self { candidate: share, baseline: rest(share.fraction()), control: Share::ZERO }
    }

    /// The candidate and the control this share each, the baseline the rest; `None` with copies, which add to it.
    fn experiment(of: &Experiment) -> Option<Self> {
        let plain = of.mirror == Share::ZERO && of.share > Share::ZERO;
        let baseline = rest(2.0 * of.share.fraction());
        plain.then_some(Self { candidate: of.share, baseline, control: of.share })
    }
}

fn rest(taken: f64) -> Share {
    Share::percent((100.0 - taken * 100.0).max(0.0))
}

/// The split at each step; `None` where it is not known beforehand.
fn splits(compiled: &CompiledPlan) -> Vec<Option<Split>> {
    let mut now = compiled.rules.router.then(|| Split::candidate(Share::ZERO));
    let mut by_kind = false;
    let step = |step: &Step| {
        match step {
            Step::Weight(share) => now = now.map(|_| Split::candidate(*share)),
            Step::Mirror(share) | Step::Copy(Copies { share, .. }) => {
                // How many requests are of certain kinds is for the scenario to say.
                by_kind = matches!(step, Step::Copy(_)) && *share > Share::ZERO;
                now = now.map(|_| Split { baseline: Share::ALL, ..Split::candidate(*share) });
            }
            Step::Promote => now = now.map(|_| Split::candidate(Share::ALL)),
            Step::Experiment(of) => return now.and_then(|_| Split::experiment(of)),
            Step::Match(_) | Step::Flag(_) | Step::Roll(_) | Step::Progress(_) | Step::Wave(_) => now = None,
            Step::Scale(_)
            | Step::FollowWeight
            | Step::Pause(_)
            | Step::Approve
            | Step::Test(_)
            | Step::Analyse(_)
            | Step::Retire(_) => {}
        }
        now.filter(|_| !by_kind)
    };
    compiled.steps.iter().map(step).collect()
}

/// Length of steps that only wait for a set time; `None` when there are others.
fn time_of(steps: &[Step]) -> Option<Span> {
    let time = |step: &Step| match step {
        Step::Pause(lasts) => Some(*lasts),
        step if step.traits().waits => None,
        _ => Some(Span::ZERO),
    };
    steps.iter().map(time).try_fold(Span::ZERO, |sum, one| Some(sum + one?))
}

fn placed(
    analysis: &Analysis,
    place: &str,
    split: Option<Split>,
    lasts: Option<Span>,
) -> Vec<CheckPlacement> {
    let one = |check: &Check| CheckPlacement {
        check: check.clone(),
        place: place.to_owned(),
        candidate: split.map(|split| split.candidate),
        against: split.and_then(|split| match check.against() {
            Subject::Baseline => Some(split.baseline),
            Subject::Control => Some(split.control),
            Subject::Candidate | Subject::Target | Subject::Service(_) => None,
        }),
        looks: looks(check, lasts),
    };
    analysis.checks.iter().map(one).collect()
}

/// The count, or as many as fit into `lasts`, whichever is less.
fn looks(check: &Check, lasts: Option<Span>) -> Option<u32> {
    let fit = lasts.map(|lasts| match lasts.0.checked_sub(check.initial_delay.0) {
        None => 0,
        Some(rest) => u32::try_from(rest / check.interval.0.max(1)).unwrap_or(u32::MAX).saturating_add(1),
    });
    match (check.count, fit) {
        (Some(count), Some(fit)) => Some(count.min(fit)),
        (count, fit) => count.or(fit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::{check, plan};
    use crate::control::{Ab, Canary, Limit, Strategy};
    use crate::engine::Level;

    fn analysis(lasts: Option<u64>) -> Analysis {
        let mut check = check(Limit::Below(Level::Share(Share::percent(1.0))));
        check.interval = Span::from_secs(30);
        Analysis { checks: vec![check], lasts: lasts.map(Span::from_secs), ..Analysis::default() }
    }

    fn shares(placed: &CheckPlacement) -> Option<(f64, f64)> {
        Some((placed.candidate?.fraction(), placed.against?.fraction()))
    }

    #[test]
    fn a_check_in_a_step_looks_at_the_split_of_the_weight_before_it() {
        let steps = vec![
            Step::Weight(Share::percent(10.0)),
            Step::Analyse(analysis(Some(120))),
            Step::Weight(Share::percent(50.0)),
            Step::Analyse(analysis(None)),
        ];
        let of = plan(Strategy::Steps(steps)).check_placements();
        assert_eq!(of.iter().map(shares).collect::<Vec<_>>(), [Some((0.1, 0.9)), Some((0.5, 0.5))]);
        assert_eq!((of[0].place.as_str(), of[0].looks, of[1].looks), ("step 2", Some(5), None));
    }

    #[test]
    fn a_check_beside_the_steps_has_a_split_only_while_there_is_one() {
        let mut two = plan(Strategy::Steps(vec![
            Step::Weight(Share::percent(10.0)),
            Step::Pause(Span::from_secs(60)),
            Step::Weight(Share::percent(50.0)),
            Step::Pause(Span::from_secs(60)),
        ]));
        two.analysis = Some(analysis(None));
        assert_eq!(shares(&two.check_placements()[0]), None);
        let ab = Ab {
            share: Share::percent(30.0),
            lasts: Span::from_secs(300),
            guardrails: Some(analysis(None)),
            goal: None,
            sample_ratio: None,
        };
        let of = plan(Strategy::Ab(ab)).check_placements();
        assert_eq!((shares(&of[0]), of[0].looks), (Some((0.3, 0.7)), Some(11)));
    }

    #[test]
    fn a_check_of_an_experiment_compares_two_sides_of_the_same_size() {
        let mut experiment = Experiment {
            size: crate::engine::Amount::Count(2),
            sides: crate::control::Sides::Both,
            share: Share::percent(10.0),
            mirror: Share::ZERO,
            lasts: Span::from_secs(120),
            analysis: Some(analysis(None)),
        };
        experiment.settle();
        let steps = vec![
            Step::Weight(Share::percent(5.0)),
            Step::Experiment(experiment),
            Step::Analyse(analysis(Some(60))),
        ];
        let of = plan(Strategy::Steps(steps)).check_placements();
        assert_eq!(of.iter().map(shares).collect::<Vec<_>>(), [Some((0.1, 0.1)), Some((0.05, 0.95))]);
        assert_eq!(of[0].looks, Some(5));
    }

    #[test]
    fn without_a_router_the_split_is_not_known_beforehand() {
        let steps = vec![Step::Weight(Share::percent(10.0)), Step::Analyse(analysis(Some(120)))];
        let canary = Canary { router: false, ..crate::control::fake_cluster::canary(steps) };
        assert_eq!(shares(&plan(Strategy::Canary(canary)).check_placements()[0]), None);
    }

    #[test]
    fn copies_of_some_kinds_leave_the_split_unknown_until_they_end_and_looks_are_the_fewer() {
        use crate::control::fake_cluster::read;
        let steps = |copies: &str| {
            let text = format!("[Weight(\"10%\"), {copies}]");
            let mut steps: Vec<Step> = read(&text);
            steps.push(Step::Analyse(analysis(Some(120))));
            plan(Strategy::Steps(steps)).check_placements()
        };
        let some = r#"Copy(share: "20%", kinds: [(method: "GET", path: Prefix("/a"))])"#;
        assert_eq!(shares(&steps(some)[0]), None);
        assert_eq!(shares(&steps(&format!("{some}, Mirror(\"30%\")"))[0]), Some((0.3, 1.0)));
        assert_eq!(shares(&steps(&some.replace("20%", "0%"))[0]), Some((0.0, 1.0)));
        assert_eq!(shares(&steps("Mirror(\"30%\")")[0]), Some((0.3, 1.0)));
        for (count, delay, wanted) in [(3, 0, 3), (9, 0, 5), (9, 120, 1), (9, 121, 0), (9, 90, 2)] {
            let mut of = analysis(Some(120));
            (of.checks[0].count, of.checks[0].initial_delay) = (Some(count), Span::from_secs(delay));
            let found = plan(Strategy::Steps(vec![Step::Analyse(of)])).check_placements();
            assert_eq!(found[0].looks, Some(wanted), "{count} after {delay} s");
        }
    }
}
