//! Replaying a session: the same plan, case, seed and actions by hand give the same facts, or else something changed.

use super::predict::{Came, Forecast, Prediction, came};
use super::verdict::ENGINE_VERSION;
use super::{Answer, Session, play};
use crate::scenario::{Issue, Scenario};
use crate::sim::Record;

/// The result of a replay.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The run, again.
    pub record: Record,
    /// The digest that was recorded; without, nothing is claimed.
    pub claimed: Option<String>,
    /// The version that recorded it; without, nothing is claimed.
    pub recorded_by: Option<String>,
    /// The learner's prediction and the run's answer; `None` without a prediction.
    pub prediction: Option<(Prediction, Came)>,
    /// What a class was asked and answered.
    pub answers: Vec<Answer>,
    /// Whether the session is as it was saved ([`Session::is_unchanged`]); `None` when it claims nothing.
    pub unchanged: Option<bool>,
}

impl Replay {
    /// Whether the run is the recorded one; `None` when the session claims no digest.
    pub fn is_same(&self) -> Option<bool> {
        self.claimed.as_ref().map(|claimed| *claimed == self.record.digest)
    }

    /// Whether this engine is of the version that recorded it; digests of different versions may differ.
    pub fn is_same_engine(&self) -> bool {
        self.recorded_by.as_deref().is_none_or(|version| version == ENGINE_VERSION)
    }
}

/// Runs a session again in `scenario`, the one it names.
///
/// # Errors
/// What is wrong with the scenario or the session, when they cannot be simulated.
pub fn replay(session: &Session, scenario: &Scenario) -> Result<Replay, Vec<Issue>> {
    let record = play(scenario, &session.case, &session.plan, &session.actions, session.seed)?;
    let prediction = match session.forecast {
        Forecast::Made(prediction) => Some((prediction, came(prediction.question(), &record, scenario))),
        Forecast::Open | Forecast::Skipped => None,
    };
    Ok(Replay {
        record,
        claimed: session.digest.clone(),
        recorded_by: session.engine_version.clone(),
        prediction,
        answers: session.answers.clone(),
        unchanged: session.is_unchanged(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{HandAction, Playback, sample};
    use super::*;
    use crate::engine::Time;
    use crate::sim::{Case, Cause, ManualAction, What};

    fn inject(fault: &str) -> ManualAction {
        ManualAction::Inject { fault: fault.to_owned() }
    }

    #[test]
    fn a_fault_let_loose_by_hand_strikes_and_replays_the_same() {
        let (scenario, plan, case) = (sample::scenario(), sample::plan(), Case::default());
        let calm = play(&scenario, &case, &plan, &[], 7).unwrap();
        let mut live = Playback::new(&scenario, &case, &plan, &[], 7).unwrap();
        live.seek(Time::from_secs(400));
        live.act(inject("outage"), "");
        live.seek(Time::from_secs(450));
        live.act(inject("no such fault"), "");
        live.seek(live.end());
        let record = live.record();
        let struck = |record: &Record| record.truth.causes[Cause::Fault as usize];
        assert_eq!(struck(&calm), 0);
        assert!(struck(&record) > 100, "{}", struck(&record));
        assert!(
            record
                .facts
                .iter()
                .any(|fact| matches!(&fact.what, What::Refused(text) if text.contains("no such")))
        );
        let asked = Answer {
            at: Time::from_secs(450),
            asked: "What do you check next?".to_owned(),
            said: "The bank \"next door\"".to_owned(),
        };
        let session = Session {
            format: super::super::SESSION_FORMAT,
            scenario: scenario.id.clone(),
            case,
            seed: 7,
            plan,
            actions: live.actions().to_vec(),
            forecast: Forecast::Made(Prediction::UsersHarmed(50.0)),
            answers: vec![asked.clone()],
            engine_version: None,
            digest: Some(record.digest.clone()),
            hash: None,
        }
        .sealed();
        // As a file, and read again.
        let text = ron::to_string(&session).unwrap();
        let again: Session = ron::from_str(&text).unwrap();
        assert_eq!(again.actions[0], HandAction::new(Time::from_secs(400), inject("outage")));
        let replayed = replay(&again, &scenario).unwrap();
        assert_eq!((replayed.is_same(), replayed.unchanged), (Some(true), Some(true)));
        assert_eq!(replayed.answers, [asked]);
        let harmed = Came::Number(Some(record.truth.users_harmed as f64));
        assert_eq!(replayed.prediction, Some((Prediction::UsersHarmed(50.0), harmed)));
    }
}
