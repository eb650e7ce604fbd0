//! A run that an instructor leads a class through. The instructor chooses the cause; the class does not see it.

use crate::app::texts::t;
use crate::exercise::Session;
use crate::sim::Case;

/// The class that is led, and its run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classroom {
    /// Id of the scenario; none until one is chosen.
    pub scenario: Option<String>,
    /// Name of the release that goes out; none is the baseline alone.
    pub release: Option<String>,
    /// Names of the faults that strike by themselves.
    pub faults: Vec<String>,
    /// Name of the traffic shape; none is the scenario's first.
    pub traffic: Option<String>,
    /// Seed of the world.
    pub seed: u64,
    /// Whether the run that is open is led.
    pub leads: bool,
    /// Whether the cause was shown to the class.
    pub is_revealed: bool,
}

/// The commands of an instructor who leads a class.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassroomCommand {
    /// Choose the scenario.
    Scenario(String),
    /// Choose the release.
    Release(Option<String>),
    /// Switch a fault on or off.
    Fault(String, bool),
    /// Choose the traffic.
    Traffic(Option<String>),
    /// Choose the seed.
    Seed(u64),
    /// Open the run, with its cause hidden.
    Begin,
    /// Let a fault strike now.
    Inject(String),
    /// Tell the class something, in the run's log.
    Tell(String),
    /// Let time stand, to ask.
    Pause,
    /// Note a question and its answer, at this time.
    Note(String, String),
    /// Show the cause.
    Reveal,
    /// Open the window that the class sees, for the projector.
    OpenWindow,
    /// Write the sheet for the debrief.
    Sheet,
}

impl Classroom {
    /// The case that was chosen.
    pub fn case(&self) -> Case {
        Case {
            name: t("lead.case").to_owned(),
            release: self.release.clone(),
            faults: self.faults.clone(),
            traffic: self.traffic.clone(),
            ..Case::default()
        }
    }

    /// That of a session that was led and left, its cause still hidden.
    pub fn of(session: &Session) -> Self {
        let Case { release, faults, traffic, .. } = session.case.clone();
        Self {
            scenario: Some(session.scenario.clone()),
            release,
            faults,
            traffic,
            seed: session.seed,
            leads: true,
            is_revealed: false,
        }
    }

    /// Whether the cause must not be shown.
    pub const fn hides(&self) -> bool {
        self.leads && !self.is_revealed
    }
}
