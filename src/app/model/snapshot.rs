//! A snapshot of a run. It is made off the frame; panels and the stage draw from it.

use std::sync::Arc;

use crate::app::model::charts::Charts;
use crate::app::model::logbook::{Logbook, Row};
use crate::app::model::markers::{Marker, Markers};
use crate::app::model::order::Speed;
use crate::app::model::validity::Validity;
use crate::app::model::world::World;
use crate::control::Plan;
use crate::engine::Time;
use crate::exercise::{Exercise, HandAction, Playback};
use crate::scenario::Scenario;
use crate::sim::{CheckStatus, OpenPage, Record, RolloutCommand, RolloutPhase, StepProgress};

/// A goal of the exercise, with its state in the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Position of its criterion in the rubric.
    pub criterion: usize,
    /// Its measure so far, in its unit; `None` when what it times has not happened.
    pub value: Option<f64>,
    /// Points that this value earns.
    pub points: f64,
    /// Whether the criterion looks at the case that is seen.
    pub is_of_case: bool,
}

/// A future that is kept for comparison.
#[derive(Clone, Debug)]
pub struct Future {
    /// Its letter.
    pub name: String,
    /// When the run went another way.
    pub forked: Time,
    /// The plan that is played in it.
    pub plan: Arc<Plan>,
    /// What is done by hand in it.
    pub actions: Arc<[HandAction]>,
    /// That future, to its end.
    pub record: Arc<Record>,
    /// Its series.
    pub charts: Arc<Charts>,
}

/// A snapshot of a run.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Grows with every snapshot of this run.
    pub serial: u64,
    /// The plan that is played.
    pub plan: Arc<Plan>,
    /// The present time.
    pub now: Time,
    /// When the run ends.
    pub end: Time,
    /// The latest time that was shown since the last action by hand.
    pub seen: Time,
    /// Whether the run plays.
    pub is_playing: bool,
    /// The speed that was asked for.
    pub speed: Speed,
    /// The true speed: simulated seconds per second of wall time, averaged over a second.
    pub true_speed: f64,
    /// How the rollout stands.
    pub phase: RolloutPhase,
    /// Which of its steps the rollout is at; `None` before it begins and while it goes back.
    pub progress: Option<StepProgress>,
    /// How the checks and triggers of its plan stand.
    pub watching: CheckStatus,
    /// Everything known so far.
    pub record: Arc<Record>,
    /// The pages that are not acknowledged yet, oldest first.
    pub pages: Vec<OpenPage>,
    /// What was and will be done by hand.
    pub actions: Arc<[HandAction]>,
    /// The exercise's goals; none in the sandbox.
    pub goals: Vec<Goal>,
    /// Futures that were kept.
    pub futures: Vec<Future>,
    /// What the time bar and the charts mark, as far as this future was seen; also beyond `now` after going back.
    pub markers: Arc<[Marker]>,
    /// The lines of the log, by time, likewise.
    pub log: Arc<Vec<Arc<Row>>>,
    /// The series of the charts, as far as this future was seen; also beyond `now` after going back.
    pub charts: Arc<Charts>,
    /// What the stage shows.
    pub world: Arc<World>,
}

impl Snapshot {
    /// Whether the run is at its end.
    pub fn is_over(&self) -> bool {
        self.now >= self.end
    }

    /// Whether something was done by hand, at this moment or later, that was seen and lies ahead again.
    pub fn has_later_actions(&self) -> bool {
        self.seen > self.now && self.actions.last().is_some_and(|action| action.at >= self.now)
    }

    /// Whether the rollout would accept a command, by the same rule as `control`.
    pub fn allows(&self, command: RolloutCommand) -> bool {
        let undoes = self.progress.as_ref().is_some_and(|progress| progress.reversed);
        let moves = matches!(self.phase, RolloutPhase::InProgress | RolloutPhase::Paused)
            || undoes && self.phase == RolloutPhase::RollingBack;
        !self.is_over()
            && match command {
                RolloutCommand::Promote | RolloutCommand::PromoteFull | RolloutCommand::Abort => moves,
                RolloutCommand::Pause => moves && self.phase != RolloutPhase::Paused,
                RolloutCommand::Resume => self.phase == RolloutPhase::Paused,
                RolloutCommand::Undo => !undoes && (moves || self.phase == RolloutPhase::Completed),
                RolloutCommand::Retry => {
                    matches!(
                        self.phase,
                        RolloutPhase::RollingBack | RolloutPhase::RolledBack | RolloutPhase::Failed
                    )
                }
                RolloutCommand::KillFlag => self.phase != RolloutPhase::NotStarted,
            }
    }
}

/// Makes snapshots, and caches what need not be made again.
#[derive(Debug, Default)]
pub struct SnapshotMaker {
    validity: Validity,
    markers: Markers,
    log: Logbook,
    charts: Option<Arc<Charts>>,
    /// Simulated seconds that pass in one of the wall's, for what moves on the stage.
    pub pace: f64,
    world: Option<Arc<World>>,
}

impl SnapshotMaker {
    /// The snapshot of a run at its present time.
    pub fn snapshot(
        &mut self,
        playback: &Playback,
        plan: &Arc<Plan>,
        scenario: &Scenario,
        exercise: Option<&Exercise>,
        case: &str,
    ) -> Snapshot {
        let record = playback.record();
        let (_, release) = playback.simulation().release_names();
        let charts = self.charts.get_or_insert_with(|| Arc::new(Charts::new(scenario, &release)));
        if let Some(holds) = self.validity.follow(playback) {
            self.markers.read(&record.facts, holds);
            self.log.read(&record.facts, holds);
            if charts.is_due(holds, playback.now()) {
                Arc::make_mut(charts).read(&record, holds);
            }
        }
        let charts = Arc::clone(charts);
        let simulation = playback.simulation();
        let before = self.world.as_deref();
        let world = World::look(simulation, scenario, &record.observed.metrics, self.pace, before);
        let world = Arc::new(world);
        self.world = Some(Arc::clone(&world));
        let goals = exercise.map(|exercise| goals(exercise, case, &record, scenario)).unwrap_or_default();
        Snapshot {
            serial: 0,
            plan: Arc::clone(plan),
            now: playback.now(),
            end: playback.end(),
            seen: playback.seen(),
            is_playing: false,
            speed: Speed::Max,
            true_speed: 0.0,
            phase: playback.simulation().phase(),
            progress: playback.simulation().progress(),
            watching: playback.simulation().check_status().unwrap_or_default(),
            record: Arc::new(record),
            pages: simulation.open_pages(),
            actions: playback.actions().into(),
            goals,
            futures: Vec::new(),
            markers: self.markers.shown(),
            log: self.log.rows(),
            charts,
            world,
        }
    }
}

fn goals(exercise: &Exercise, case: &str, record: &Record, scenario: &Scenario) -> Vec<Goal> {
    let goal = |(index, criterion): (usize, &crate::exercise::Criterion)| {
        let value = criterion.measure.of(record, scenario);
        Goal {
            criterion: index,
            value,
            points: value.map_or(0.0, |value| criterion.points_for(value)),
            is_of_case: criterion.looks_at(case),
        }
    };
    exercise.rubric.iter().enumerate().map(goal).collect()
}
