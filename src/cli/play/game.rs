//! A case that is played, and how it goes on from line to line.

use std::path::PathBuf;

use crate::control::Plan;
use crate::engine::{Chance, Span, Time};
use crate::exercise::predict::Forecast;
use crate::exercise::{
    CaseSession, Duty, ENGINE_VERSION, HandAction, Playback, SESSION_FORMAT, Session, Turn, hand_problems,
};
use crate::library::duties;
use crate::report::board;
use crate::report::run;
use crate::scenario::Issue;
use crate::sim::{Case, Fact, ManualAction, What};

use super::recording::SaveAs;
use super::tell_result;
use super::words::{Line, Sought, help};
use crate::cli::load::Ready;
use crate::cli::output::{Output, Trouble};
use crate::cli::overwrite::Overwrite;
use crate::cli::run::in_ron;
use crate::cli::{Ended, Outcome};

/// How often it is looked for what time passes until.
const LOOKS: Span = Span::from_secs(5);

/// What is played, and where it is kept.
pub(super) enum Place {
    /// A duty, which counts.
    Duty { duty: Duty, file: PathBuf, data: Option<PathBuf> },
    /// A case for practice.
    Practice {
        plan: Box<Plan>,
        case: Option<String>,
        seed: u64,
        out: Option<String>,
        save_as: Option<SaveAs>,
        overwrite: Overwrite,
    },
}

/// A case that is met now.
struct Met {
    /// Its turn, in a duty.
    turn: Option<Turn>,
    case: Case,
    seed: u64,
    playback: Playback,
    /// How many facts were shown.
    shown: usize,
}

/// The exercise as it is played.
pub(super) struct Game<'a> {
    ready: &'a Ready,
    brief: &'a str,
    output: Output,
    place: Place,
    /// None when all cases are done.
    met: Option<Met>,
    /// Hints shown so far.
    hints: usize,
}

impl<'a> Game<'a> {
    pub fn new(ready: &'a Ready, brief: &'a str, output: Output, place: Place) -> Result<Self, Trouble> {
        let mut game = Self { ready, brief, output, place, met: None, hints: 0 };
        game.met = game.next_case()?;
        Ok(game)
    }

    /// The case that comes now; none when all are done.
    fn next_case(&mut self) -> Result<Option<Met>, Trouble> {
        let Ready { exercise, scenario, starter, .. } = self.ready;
        let cannot = |issues: Vec<Issue>| {
            let said: Vec<String> =
                issues.iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect();
            Trouble::Said(said.join("\n"))
        };
        match &mut self.place {
            Place::Duty { duty, file, data } => {
                let Some(turn) = duty.take_up(exercise, duties::draw).map_err(Trouble::Said)? else {
                    return Ok(None);
                };
                // Kept before it is shown: nobody draws again until they like what comes.
                duties::keep(file, data.as_deref(), duty)?;
                let begun = duty.session(turn.number).cloned().unwrap_or_default();
                let mut playback =
                    turn.playback(exercise, scenario, starter, &begun.actions).map_err(cannot)?;
                playback.seek(begun.played);
                let (case, seed) = (exercise.met(turn, scenario), turn.seed);
                let shown = playback.simulation().facts().len();
                Ok(Some(Met { turn: Some(turn), case, seed, playback, shown }))
            }
            Place::Practice { plan, case, seed, .. } => {
                let index = match case {
                    Some(name) => {
                        let names = exercise.cases.iter().map(|case| case.name.as_str());
                        let Some(index) = names.clone().position(|known| known == name) else {
                            return Err(Trouble::Said(Issue::unknown("", "case", name, names).message));
                        };
                        index
                    }
                    None => Chance::new(*seed).stream("practice", 0).below(0, exercise.cases.len() as u64)
                        as usize,
                };
                let case = exercise.draw(&exercise.cases[index], scenario, *seed);
                let playback = Playback::new(scenario, &case, plan, &[], *seed).map_err(cannot)?;
                Ok(Some(Met { turn: None, case, seed: *seed, playback: playback.rewindable(), shown: 0 }))
            }
        }
    }

    /// The plan that is played.
    fn plan(&self) -> &Plan {
        match &self.place {
            Place::Duty { .. } => &self.ready.starter,
            Place::Practice { plan, .. } => plan,
        }
    }

    /// Whether nothing is left to be played.
    pub fn is_done(&self) -> bool {
        match &self.place {
            Place::Duty { .. } => self.met.is_none(),
            Place::Practice { .. } => self.met.as_ref().is_none_or(|met| met.playback.is_over()),
        }
    }

    /// Says what is played and where it stands.
    pub fn greet(&self) {
        let exercise = &self.ready.exercise;
        let Some(met) = &self.met else { return };
        let what = match (&self.place, met.turn) {
            (Place::Duty { duty, file, .. }, Some(turn)) => {
                let all = exercise.watch_length();
                let watch = match duty.watch {
                    1 => String::new(),
                    later => format!(" for the watch number {later}"),
                };
                format!(
                    "{}: case {} of {all}, {} on duty{watch}. It is kept in {}",
                    exercise.title,
                    turn.number,
                    duty.learner,
                    file.display()
                )
            }
            (Place::Duty { .. } | Place::Practice { .. }, _) => {
                format!("{}: practice with seed {}", exercise.title, met.seed)
            }
        };
        self.output.result(&format!("{what}\n`help` lists what can be written, `brief` tells the task.\n"));
        self.output.result(&board::brief(met.playback.simulation(), self.output.style));
    }

    /// Does what a line asks for. The inner error says what is wrong with the line.
    pub fn take(&mut self, line: Line) -> Result<Result<(), String>, Trouble> {
        let style = self.output.style;
        let output = self.output;
        let ready = self.ready;
        let Some(met) = &mut self.met else { return Ok(Err("all cases are done".to_owned())) };
        let over = met.playback.is_over();
        let in_duty = met.turn.is_some();
        match line {
            Line::Status => {
                output.result(&board::board(met.playback.simulation(), &ready.scenario, style));
            }
            Line::Look(name) => {
                let subjects = board::subjects(&ready.scenario);
                let found = subjects.iter().find(|(row, _)| *row == name);
                let Some((_, subject)) = found else {
                    let names = subjects.iter().map(|(row, _)| row.as_str());
                    return Ok(Err(Issue::unknown("", "row of the dashboards", &name, names).message));
                };
                output.result(&board::closer(met.playback.simulation(), subject, style));
            }
            Line::Log(count) => {
                let text = board::log(met.playback.simulation().facts(), style);
                let lines: Vec<&str> = text.lines().collect();
                for line in &lines[lines.len().saturating_sub(count)..] {
                    output.result(&format!("{line}\n"));
                }
            }
            Line::Brief => output.result(self.brief),
            Line::Help => output.result(&help()),
            Line::Hint(number) => {
                let hints = &ready.exercise.hints;
                let number = number.unwrap_or((self.hints + 1).min(hints.len()));
                let Some(hint) = number.checked_sub(1).and_then(|index| hints.get(index)) else {
                    return Ok(Err(format!("no hint {number}; there are {}", hints.len())));
                };
                self.hints = self.hints.max(number);
                output.result(&format!(
                    "Hint {number} of {}: {}\n",
                    hints.len(),
                    crate::library::brief::with_commands(&hint.say)
                ));
            }
            Line::Next if !in_duty => {
                return Ok(Err("practice has one case; start again for another".to_owned()));
            }
            Line::Next if !over => {
                return Ok(Err("this case is not over yet; `run until end` goes to its end".to_owned()));
            }
            Line::Next => {
                self.met = self.next_case()?;
                self.greet();
            }
            Line::Back(_) if in_duty => {
                return Ok(Err(
                    "a case that counts is not played again; add --practice to go back in time".to_owned()
                ));
            }
            Line::Back(span) => {
                let now = met.playback.now();
                met.playback.seek(Time(now.0.saturating_sub(span.0)));
                met.shown = met.playback.simulation().facts().len();
                output.result(&board::brief(met.playback.simulation(), style));
            }
            Line::Step(_) | Line::Until(_) | Line::Acknowledge(_) | Line::Do(..) if over => {
                let next = if in_duty { "; write `next` for the next case" } else { "" };
                return Ok(Err(format!("the case is over{next}")));
            }
            Line::Step(span) => {
                met.playback.go_on(span);
                self.moved()?;
            }
            Line::Until(sought) => {
                met.run_until(sought);
                self.moved()?;
            }
            Line::Acknowledge(named) => {
                let pages = met.playback.simulation().open_pages();
                let alerts: Vec<String> = match named {
                    Some(alert) => vec![alert],
                    None => pages.iter().filter_map(|page| page.alerts.first().cloned()).collect(),
                };
                if alerts.is_empty() {
                    return Ok(Err("no page waits for an answer".to_owned()));
                }
                for alert in alerts {
                    if let Err(message) = self.act(ManualAction::Acknowledge { alert }, "") {
                        return Ok(Err(message));
                    }
                }
                self.moved()?;
            }
            Line::Do(action, because) => {
                if let Err(message) = self.act(action, &because) {
                    return Ok(Err(message));
                }
                self.moved()?;
            }
            // The command reads no further.
            Line::Quit => {}
        }
        Ok(Ok(()))
    }

    /// Does something by hand, or says why it cannot be done.
    fn act(&mut self, action: ManualAction, because: &str) -> Result<(), String> {
        let ready = self.ready;
        let plan = self.plan().clone();
        let Some(met) = &mut self.met else { return Ok(()) };
        if met.turn.is_some() && !ready.exercise.allows_by_hand(&action) {
            return Err(format!("this exercise does not allow {:?} by hand", action.name()));
        }
        let hand = HandAction { at: met.playback.now(), action, because: because.to_owned() };
        let bake = Some(ready.exercise.bake);
        if let Some(issue) =
            hand_problems(std::slice::from_ref(&hand), &plan, Some((&ready.scenario, bake))).first()
        {
            return Err(issue.message.clone());
        }
        met.playback.act(hand.action, because);
        Ok(())
    }

    /// Shows what happened since the last look, keeps what was done, and says when the case is over.
    fn moved(&mut self) -> Result<(), Trouble> {
        let style = self.output.style;
        let Some(met) = &mut self.met else { return Ok(()) };
        let facts = met.playback.simulation().facts();
        self.output.result(&board::log(&facts[met.shown.min(facts.len())..], style));
        met.shown = facts.len();
        self.output.result(&board::brief(met.playback.simulation(), style));
        let over = met.playback.is_over();
        let (Place::Duty { duty, file, data }, Some(turn)) = (&mut self.place, met.turn) else {
            return Ok(());
        };
        let now = met.playback.now();
        duty.keep(CaseSession {
            case: turn.number,
            draw: duty.session(turn.number).map_or(0, |session| session.draw),
            played: now,
            complete: over,
            actions: met.playback.actions().to_vec(),
            digest: over.then(|| met.playback.simulation().digest()),
        });
        duties::keep(file, data.as_deref(), duty)?;
        if over {
            let left = !duty.is_done(&self.ready.exercise);
            let next = if left { " Write `next` for the next case." } else { "" };
            self.output.result(&format!("Case {} is over.{next}\n", turn.number));
            if !left {
                self.met = None;
            }
        }
        Ok(())
    }

    /// Says what it came to, as far as that may be told.
    pub fn end(self) -> Outcome {
        match self.place {
            Place::Duty { duty, file, .. } if self.met.is_none() => {
                tell_result(self.ready, &duty, &file, self.output)
            }
            Place::Duty { file, .. } => {
                self.output.result(&format!("Kept in {}; play on whenever you like.\n", file.display()));
                Ok(Ended::Passed)
            }
            Place::Practice { plan, out, save_as, overwrite, .. } => {
                let Some(met) = self.met else { return Ok(Ended::Passed) };
                let record = met.playback.record();
                if met.playback.is_over() {
                    let run = run::Run {
                        scenario: &self.ready.scenario,
                        plan: &plan.title,
                        case: &met.case,
                        record: &record,
                        what_if: None,
                    };
                    self.output.result(&format!("\n{}", run::text(&run, self.output.style)));
                }
                if let Some(save_as) = save_as {
                    save_as.save(self.ready, &met.playback, overwrite)?;
                    self.output.result(&format!("Saved as {}\n", save_as.file));
                }
                if let Some(file) = &out {
                    let session = Session {
                        format: SESSION_FORMAT,
                        scenario: self.ready.exercise.scenario.clone(),
                        case: met.case,
                        seed: met.seed,
                        plan: *plan,
                        actions: met.playback.actions().to_vec(),
                        forecast: Forecast::Open,
                        answers: Vec::new(),
                        engine_version: Some(ENGINE_VERSION.to_owned()),
                        digest: met.playback.is_over().then(|| record.digest.clone()),
                        hash: None,
                    };
                    overwrite.save(file, &in_ron(file, &session.sealed())?)?;
                    self.output.result(&format!("The session is {file}\n"));
                }
                Ok(Ended::Passed)
            }
        }
    }
}

impl Met {
    /// Lets time pass until what is sought has happened, or to the end.
    fn run_until(&mut self, sought: Sought) {
        if let Sought::At(time) = sought {
            return self.playback.seek(time.max(self.playback.now()));
        }
        while !self.playback.is_over() {
            let before = self.playback.simulation().facts().len();
            self.playback.go_on(LOOKS);
            let facts = self.playback.simulation().facts();
            if facts[before..].iter().any(|fact| is_it(sought, fact)) {
                return;
            }
        }
    }
}

fn is_it(sought: Sought, fact: &Fact) -> bool {
    let is_alert = matches!(fact.what, What::AlertFiring(_));
    match sought {
        Sought::Alert => is_alert,
        Sought::Page => matches!(fact.what, What::Paged(_)),
        Sought::Change => {
            is_alert
                || matches!(
                    fact.what,
                    What::Routed { .. } | What::Flagged { .. } | What::Phase(_) | What::AlertResolved(_)
                )
        }
        Sought::End | Sought::At(_) => false,
    }
}
