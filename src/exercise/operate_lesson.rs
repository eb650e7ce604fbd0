//! Whether an Operate exercise bears load: its model response passes on the watch of every learner tried, and its wrong responses
//! and what anybody can do without looking fail.

use rayon::prelude::*;

use super::lesson::judged;
use super::operate::{TurnRun, run_of, verdict_on};
use super::playbook::{Cue, PlaybookRule};
use super::{Exercise, Playbook, Role, Trial, Verdict};
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase, Suspect};

/// An Operate exercise with all that proves it.
#[derive(Clone, Copy, Debug)]
pub struct OperateLesson<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// The scenario it names.
    pub scenario: &'a Scenario,
    /// The plan on duty.
    pub plan: &'a Plan,
    /// The model response.
    pub solution: &'a Playbook,
    /// Wrong responses, by file name.
    pub wrong: &'a [(String, Playbook)],
}

impl OperateLesson<'_> {
    /// Tries the model response, the wrong ones and those that take no looking, on the watches of so many learners. `on_case` is called after
    /// each case, from any thread.
    pub fn tried(&self, learners: u32, on_case: &(dyn Fn() + Sync)) -> Vec<Tried> {
        let solution = (Role::Solution, "solution.ron".to_owned(), self.solution.clone());
        let wrong = self.wrong.iter().map(|(name, playbook)| (Role::Wrong, name.clone(), playbook.clone()));
        let blind =
            blind_playbooks(self.plan).into_iter().map(|(name, playbook)| (Role::NullPolicy, name, playbook));
        let one = |(role, name, playbook): (Role, String, Playbook)| {
            let watch = |learner: u32| playbook.verdict(self, &name, &format!("learner {learner}"), on_case);
            let verdicts = (1..=learners).map(watch).collect();
            Tried { role, name, verdicts }
        };
        std::iter::once(solution).chain(wrong).chain(blind).map(one).collect()
    }

    /// How many cases all trials play.
    pub fn cases(&self, learners: u32) -> u64 {
        let turns = u64::from(self.exercise.watch_length());
        (1 + self.wrong.len() + blind_playbooks(self.plan).len()) as u64 * turns * u64::from(learners)
    }
}

/// What was done on the watches of some learners, and what it earned.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// What it is to the lesson.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// A verdict for each learner; or why it cannot be done.
    pub verdicts: Result<Vec<Verdict>, Vec<Issue>>,
}

impl Tried {
    /// The trial that has the verdict which speaks most against the lesson.
    pub fn trial(&self) -> Trial {
        let direction = if self.role == Role::Solution { 1.0 } else { -1.0 };
        let against = |verdict: &Verdict| {
            let passes = f64::from(u8::from(verdict.passed));
            direction * (passes * 1_000_000.0 + verdict.score)
        };
        match &self.verdicts {
            Err(issues) => judged(self.role, self.name.clone(), Err(issues.clone())),
            Ok(verdicts) => {
                let worst = verdicts.iter().min_by(|a, b| against(a).total_cmp(&against(b)));
                match worst {
                    Some(verdict) => judged(self.role, self.name.clone(), Ok(verdict.clone())),
                    None => {
                        Trial { role: self.role, name: self.name.clone(), verdict: None, issues: Vec::new() }
                    }
                }
            }
        }
    }
}

impl Playbook {
    /// What `learner` earns who does on duty what the playbook says.
    fn verdict(
        &self,
        lesson: &OperateLesson<'_>,
        name: &str,
        learner: &str,
        on_case: &(dyn Fn() + Sync),
    ) -> Result<Verdict, Vec<Issue>> {
        let OperateLesson { exercise, scenario, plan, .. } = *lesson;
        let turns = exercise.watch_of(learner);
        let runs: Result<Vec<TurnRun>, Vec<Issue>> = turns
            .par_iter()
            .map(|turn| {
                let mut playback = turn.playback(exercise, scenario, plan, &[])?;
                self.respond(&mut playback);
                let run = run_of(exercise, scenario, *turn, &playback.record().within_budget()?);
                on_case();
                Ok(TurnRun { turn: *turn, run: Some(run) })
            })
            .collect();
        Ok(verdict_on(exercise, &scenario.cost.currency, name, runs?))
    }
}

/// What anybody can do without looking at anything but their pager, for the `plan` on duty.
fn blind_playbooks(plan: &Plan) -> Vec<(String, Playbook)> {
    let command = |command| ManualAction::Command(command);
    let rule = |when: Vec<Cue>, actions: Vec<ManualAction>| PlaybookRule {
        name: "blindly".to_owned(),
        when,
        holds: Default::default(),
        actions,
        because: "as always".to_owned(),
    };
    let under_way = || vec![Cue::Phase(RolloutPhase::InProgress)];
    let answered = |suspect: Suspect, more: &[ManualAction]| {
        let alerts = plan.alert_rules();
        let mut all: Vec<ManualAction> =
            alerts.into_iter().map(|rule| ManualAction::Acknowledge { alert: rule.name }).collect();
        all.push(ManualAction::Localise(suspect));
        all.push(ManualAction::Tell("We are looking into it.".to_owned()));
        all.extend_from_slice(more);
        rule(vec![Cue::Paged], all)
    };
    let nothing = || ManualAction::Localise(Suspect::Nothing);
    let start_with_nothing = || rule(under_way(), vec![nothing()]);
    let playbooks = [
        ("do nothing", Vec::new()),
        ("answer and wait", vec![start_with_nothing(), answered(Suspect::Nothing, &[])]),
        (
            "go back at every page",
            vec![
                start_with_nothing(),
                answered(Suspect::Release, &[command(RolloutCommand::Abort), command(RolloutCommand::Undo)]),
            ],
        ),
        (
            "always go back",
            vec![rule(
                under_way(),
                vec![ManualAction::Localise(Suspect::Release), command(RolloutCommand::Abort)],
            )],
        ),
        ("promote at once", vec![rule(under_way(), vec![nothing(), command(RolloutCommand::PromoteFull)])]),
    ];
    playbooks
        .into_iter()
        .map(|(name, mut rules)| {
            (1..)
                .zip(&mut rules)
                .for_each(|(number, rule): (u32, _)| rule.name = format!("{} {number}", rule.name));
            let playbook = Playbook { format: super::playbook::FORMAT, title: name.to_owned(), rules };
            (name.to_owned(), playbook)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{ExerciseKind, sample};
    use super::*;

    #[test]
    fn what_takes_no_looking_can_be_done_in_every_exercise() {
        let (scenario, plan) = (sample::scenario(), sample::plan());
        let exercise = Exercise { kind: ExerciseKind::Operate, ..sample::exercise() };
        for (name, playbook) in blind_playbooks(&plan) {
            assert_eq!(playbook.problems(Some((&exercise, &scenario, &plan))), [], "{name}");
            let duty = playbook.duty(&exercise, &scenario, &plan, "ada").unwrap();
            let done: Vec<usize> = duty.sessions.iter().map(|session| session.actions.len()).collect();
            assert!(duty.sessions.iter().all(|session| session.complete));
            assert_eq!(done.iter().all(|count| *count == 0), name == "do nothing", "{name}: {done:?}");
        }
    }
}
