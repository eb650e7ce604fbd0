//! Tracks which cached results stay valid after a rewind or a fork.

use crate::engine::Time;
use crate::exercise::{HandAction, Playback};

/// Follows a run. A result that is made in the order of time, from facts up to its time alone, is made
/// once for each future, and not again when the run is rewound and played on.
#[derive(Debug, Default)]
pub struct Validity {
    /// Results before this time are valid.
    until: Time,
    actions: Vec<HandAction>,
}

impl Validity {
    /// Moves on to the run's present time. Results from the returned time on must be dropped, and made again up
    /// to the run's present; `None` when there is nothing to do.
    pub fn follow(&mut self, playback: &Playback) -> Option<Time> {
        let parting = parting(&self.actions, playback.actions());
        let parted = parting.is_some_and(|parting| parting < self.until);
        if parted {
            self.until = parting.unwrap_or_default();
        }
        if parting.is_some() {
            self.actions = playback.actions().to_vec();
        }
        let holds = self.until;
        self.until = holds.max(playback.now());
        (parted || playback.now() >= holds).then_some(holds)
    }
}

/// When two futures diverge; `None` when they are equal.
fn parting(one: &[HandAction], other: &[HandAction]) -> Option<Time> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    [one.get(same), other.get(same)].into_iter().flatten().map(|entry| entry.at).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{ManualAction, RolloutCommand};

    #[test]
    fn futures_part_where_the_first_different_action_is() {
        let hand =
            |seconds, command| HandAction::new(Time::from_secs(seconds), ManualAction::Command(command));
        let (pause, abort) = (hand(10, RolloutCommand::Pause), hand(20, RolloutCommand::Abort));
        assert_eq!(parting(&[], &[]), None);
        assert_eq!(parting(std::slice::from_ref(&pause), std::slice::from_ref(&pause)), None);
        assert_eq!(
            parting(&[pause.clone(), abort.clone()], std::slice::from_ref(&pause)),
            Some(Time::from_secs(20))
        );
        assert_eq!(
            parting(std::slice::from_ref(&pause), std::slice::from_ref(&abort)),
            Some(Time::from_secs(10))
        );
    }
}
