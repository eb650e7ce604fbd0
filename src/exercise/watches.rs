//! Which of a learner's watches counts, and which were handed in beside it or not at all.

use super::Duty;

impl Duty {
    /// Which watch counts, how many were handed in, and which were begun before and were not; none where it is the only one known of.
    pub(super) fn told_of_watches(&self) -> Option<String> {
        if self.watch == 1 && self.beside.is_empty() {
            return None;
        }
        let handed_in: Vec<u32> = std::iter::once(self.watch).chain(self.beside.iter().copied()).collect();
        let last = handed_in.iter().copied().max().unwrap_or(self.watch);
        let left_out: Vec<u32> = (1..last).filter(|number| !handed_in.contains(number)).collect();
        let which = match handed_in.len() {
            1 => "the only one that was handed in".to_owned(),
            many => format!("the first of {many} that were handed in ({})", ranges(&handed_in)),
        };
        let rest = match left_out.as_slice() {
            [] => String::new(),
            [one] => format!("; watch {one} was begun and not handed in"),
            more => format!("; watches {} were begun and not handed in", ranges(more)),
        };
        Some(format!("Watch {} counts, {which}{rest}.", self.watch))
    }
}

/// Rising numbers, those that follow each other as one range: `1 to 3, 5`.
fn ranges(numbers: &[u32]) -> String {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            Some(_) | None => found.push((*number, *number)),
        }
    }
    let said = found.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{ExerciseKind, sample};
    use super::*;
    use crate::exercise::Exercise;

    fn watch(number: u32) -> Duty {
        Duty { watch: number, ..Duty::new(&sample::exercise(), "ada") }
    }

    #[test]
    fn the_first_watch_that_is_handed_in_counts_and_what_is_missing_is_told() {
        let told = |numbers: &[u32]| {
            let mut watches = numbers.iter().map(|number| watch(*number));
            let mut first = watches.next().unwrap();
            watches.for_each(|other| first.join(other).unwrap());
            first.told_of_watches()
        };
        assert_eq!(told(&[1]), None);
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(&[3]),
            said(
                "Watch 3 counts, the only one that was handed in; watches 1, 2 were begun and not handed in."
            )
        );
        assert_eq!(told(&[2, 1]), said("Watch 1 counts, the first of 2 that were handed in (1, 2)."));
        assert_eq!(
            told(&[9, 3, 5, 3]),
            said(
                "Watch 3 counts, the first of 3 that were handed in (3, 5, 9); watches 1, 2, 4, 6 to 8 were begun and not handed in."
            )
        );
        assert_eq!(
            told(&[2]),
            said("Watch 2 counts, the only one that was handed in; watch 1 was begun and not handed in.")
        );
    }

    #[test]
    fn the_number_of_a_watch_draws_its_cases() {
        let exercise = Exercise { kind: ExerciseKind::Operate, ..sample::exercise() };
        let mut one = watch(1);
        for draw in 0..u64::from(exercise.watch_length()) {
            one.take_up(&exercise, || Ok::<u64, ()>(draw)).unwrap();
            one.sessions.last_mut().unwrap().complete = true;
        }
        let turns = |number| Duty { watch: number, ..one.clone() }.turns(&exercise);
        assert_eq!(turns(1), exercise.turns("ada", &one.draws()));
        let worlds = |number| turns(number).iter().map(|turn| turn.seed).collect::<Vec<_>>();
        for other in 2..6 {
            assert!(worlds(1).iter().all(|seed| !worlds(other).contains(seed)), "{other}");
        }
    }
}
