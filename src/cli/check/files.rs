//! Single files: scenarios, plans, sessions.

use crate::control::Plan;
use crate::exercise::{Exercise, Session};
use crate::library::shipped::Loaded;
use crate::scenario::Scenario;

use super::super::load::{Read, read, read_scenario, scenario_named};
use super::Checking;

impl Checking {
    /// A file, taken for what it seems to hold.
    pub(super) fn file(&mut self, loaded: &Loaded) {
        let holds = |field: &str| has_field(&loaded.text, field);
        if holds("services") || holds("releases") {
            self.scenario(loaded);
        } else if holds("rubric") {
            self.exercise_alone(loaded);
        } else if holds("seed") && holds("plan") {
            self.session(loaded);
        } else {
            self.plan(loaded);
        }
    }

    pub(super) fn scenario(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        match read_scenario(loaded) {
            Ok(read) => self.add(read.place(&read.value.problems(), "")),
            Err(problems) => self.add(problems),
        }
    }

    fn plan(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        match read::<Plan>(loaded) {
            Ok(read) => self.add(read.place(&read.value.problems(None), "")),
            Err(problems) => self.add(problems),
        }
    }

    fn session(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        let read = match read::<Session>(loaded) {
            Ok(read) => read,
            Err(problems) => return self.add(problems),
        };
        let world = self.world(&read.value.scenario, &read);
        self.add(read.place(&read.value.problems(world.as_ref()), ""));
    }

    /// An exercise file that is not called `exercise.ron`, without the files that would prove it.
    fn exercise_alone(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        let read = match read::<Exercise>(loaded) {
            Ok(read) => read,
            Err(problems) => return self.add(problems),
        };
        let world = self.world(&read.value.scenario, &read);
        self.add(read.place(&read.value.problems(world.as_ref()), ""));
    }

    /// The scenario that a file names; what is wrong with it is said as well.
    fn world<T>(&mut self, name: &str, by: &Read<T>) -> Option<Scenario> {
        match scenario_named(name, by) {
            Ok(read) => Some(read.value),
            Err(problems) => {
                self.add(problems);
                None
            }
        }
    }
}

/// Whether a field called `name` stands anywhere in the text outside of line comments.
fn has_field(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + name.len()..].trim_start();
            before.is_none_or(|c| !is_word(c)) && after.starts_with(':')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::has_field;

    #[test]
    fn a_field_is_a_whole_word_before_a_colon() {
        assert!(has_field("(format: 1, plan: (", "plan"));
        assert!(has_field("  rubric :", "rubric"));
        assert!(!has_field("(plans: 1)", "plan"));
        assert!(!has_field("(my_plan: 1)", "plan"));
        assert!(!has_field("// plan: see below", "plan"));
    }
}
