//! Groups of hand-ins that are alike, of any number: advice for a person who then looks.

use std::collections::BTreeMap;

use super::sketch::Sketch;
use super::{Class, Row};

/// Hand-ins that hang together: each is alike to another of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// Positions of their rows, at least two.
    pub rows: Vec<usize>,
    /// The least share of what was added to the starter by which one of them belongs to the others, from 0 to 1.
    pub share: f64,
}

/// Students of a group that are named in a sentence; the others are counted.
const NAMED: usize = 5;

impl Alike {
    /// The students, the first of them by name.
    pub fn students(&self, class: &Class) -> String {
        named(self.rows.iter().map(|row| class.rows[*row].student.as_str()), self.rows.len())
    }

    /// Each row, with the students whose hand-ins are like its own: those who share a hand-in are one.
    pub(super) fn others<'a>(&'a self, class: &'a Class) -> impl Iterator<Item = (usize, String)> + 'a {
        let file = |row: usize| class.rows[row].file.as_str();
        let mut of_file: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.rows {
            *of_file.entry(file(*row)).or_default() += 1;
        }
        self.rows.iter().map(move |row| {
            let others = self.rows.iter().filter(move |other| file(**other) != file(*row));
            let names = others.map(|other| class.rows[*other].student.as_str());
            (*row, named(names, self.rows.len() - of_file[file(*row)]))
        })
    }
}

/// The first of `count` names, and how many there are more.
fn named<'a>(names: impl Iterator<Item = &'a str>, count: usize) -> String {
    let first: Vec<&str> = names.take(NAMED).collect();
    match count - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The groups in a class, by their first rows. The model solution is nobody's copy.
pub(super) fn alike(class: &Class) -> Vec<Alike> {
    // The members of a group have one hand-in, and hand-ins with one sketch are alike without a look.
    let mut files: BTreeMap<&Sketch, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (index, row) in class.rows.iter().enumerate() {
        if let Some(sketch) = sketch(row) {
            files.entry(sketch).or_default().entry(&row.file).or_default().push(index);
        }
    }
    let sketches: Vec<&Sketch> = files.keys().copied().collect();
    let mut groups = groups(&sketches);
    let mut all: BTreeMap<usize, (usize, Alike)> = BTreeMap::new();
    for (place, of_sketch) in files.values().enumerate() {
        let first = groups.first(place);
        let share = groups.shares[first];
        let (count, group) = all.entry(first).or_insert((0, Alike { rows: Vec::new(), share }));
        *count += of_sketch.len();
        group.rows.extend(of_sketch.values().flatten());
    }
    let several = all.into_values().filter(|(files, _)| *files > 1).map(|(_, group)| group);
    let mut several: Vec<Alike> = several.collect();
    several.iter_mut().for_each(|group| group.rows.sort_unstable());
    several.sort_by_key(|group| group.rows[0]);
    several
}

/// What a row is compared by; `None` where that is not there, or says nothing.
fn sketch(row: &Row) -> Option<&Sketch> {
    let marks = row.outcome.as_ref().ok().filter(|marks| !marks.is_solution)?;
    Some(&marks.sketch).filter(|sketch| sketch.says_something())
}

/// The groups of sketches. Only those are compared that are equal in one of their parts, of which there are so many that no two which are
/// alike differ in all (locality-sensitive hashing; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4).
fn groups(sketches: &[&Sketch]) -> Groups {
    let mut of_part: BTreeMap<(usize, &[u32]), Vec<usize>> = BTreeMap::new();
    for (place, sketch) in sketches.iter().enumerate() {
        for part in sketch.parts().enumerate() {
            of_part.entry(part).or_default().push(place);
        }
    }
    let mut groups = Groups::new(sketches.len());
    for places in of_part.values() {
        for (at, one) in places.iter().enumerate() {
            for other in &places[at + 1..] {
                if groups.first(*one) != groups.first(*other)
                    && let Some(share) = sketches[*one].alike(sketches[*other])
                {
                    groups.join(*one, *other, share);
                }
            }
        }
    }
    groups
}

/// Places that were joined, each group known by its first.
struct Groups {
    before: Vec<usize>,
    shares: Vec<f64>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self { before: (0..count).collect(), shares: vec![1.0; count] }
    }

    fn first(&mut self, mut place: usize) -> usize {
        while self.before[place] != place {
            self.before[place] = self.before[self.before[place]];
            place = self.before[place];
        }
        place
    }

    fn join(&mut self, one: usize, other: usize, share: f64) {
        let (one, other) = (self.first(one), self.first(other));
        let (first, last) = (one.min(other), one.max(other));
        self.before[last] = first;
        self.shares[first] = self.shares[first].min(self.shares[last]).min(share);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Refusal, RefusalKind};
    use super::*;
    use crate::exercise::class::Marks;
    use crate::exercise::sample::{exercise, scenario};

    /// What a hand-in added to the starter.
    fn added(words: std::ops::Range<u32>) -> Sketch {
        let text: String = words.map(|word| format!("step_{word}: {word},\n")).collect();
        Sketch::of(&text, "")
    }

    fn marks(sketch: Sketch) -> Marks {
        Marks {
            score: 0.0,
            max_score: 100.0,
            pass_score: 70.0,
            passed: false,
            criteria: Vec::new(),
            remarks: Vec::new(),
            revision: 1,
            exercise_hash: String::new(),
            engine_version: String::new(),
            key: None,
            luck: None,
            users_harmed: 0.0,
            time_to_complete_s: None,
            causes: BTreeMap::new(),
            strategy: String::new(),
            is_solution: false,
            sketch,
        }
    }

    /// A class of such hand-ins.
    fn class(sketches: Vec<Sketch>) -> Class {
        let mut class = Class::new(&exercise(), &scenario(), None);
        class.rows = sketches
            .into_iter()
            .enumerate()
            .map(|(number, sketch)| {
                let student = format!("s{number}");
                let file = format!("{student}.ron");
                let marks = marks(sketch);
                let row = Row::refused(&student, &file, Refusal::new(RefusalKind::Broke, ""));
                Row { outcome: Ok(marks), ..row }
            })
            .collect();
        class
    }

    #[test]
    fn every_two_that_are_alike_are_in_one_group() {
        let sketches: Vec<Sketch> = (0..60).map(|begin| added(begin * 7..begin * 7 + 150)).collect();
        let class = class(sketches.clone());
        let groups = alike(&class);
        let group_of = |row: usize| groups.iter().position(|group| group.rows.contains(&row));
        let mut found = 0;
        for one in 0..sketches.len() {
            for other in 0..one {
                if sketches[one].alike(&sketches[other]).is_some() {
                    found += 1;
                    assert!(group_of(one).is_some() && group_of(one) == group_of(other), "{one} and {other}");
                }
            }
        }
        assert!(found > 10, "{found}");
    }

    #[test]
    fn a_class_of_copies_is_one_group_and_few_words() {
        let class = class(vec![added(0..100); 3_000]);
        let groups = alike(&class);
        assert_eq!((groups.len(), groups[0].rows.len(), groups[0].share), (1, 3_000, 1.0));
        assert_eq!(groups[0].students(&class), "s0, s1, s2, s3, s4 and 2995 more");
        let (row, others) = groups[0].others(&class).nth(2).unwrap();
        assert_eq!((row, others.as_str()), (2, "s0, s1, s3, s4, s5 and 2994 more"));
    }

    #[test]
    fn those_who_share_a_hand_in_are_no_copies_of_each_other() {
        let mut class = class(vec![added(0..100), added(0..100), added(0..100), added(200..300)]);
        class.rows[1].file = class.rows[0].file.clone();
        let others: Vec<(usize, String)> = alike(&class)[0].others(&class).collect();
        let wanted = [(0, "s2"), (1, "s2"), (2, "s0, s1")];
        assert_eq!(others, wanted.map(|(row, names)| (row, names.to_owned())));
        class.rows.remove(2);
        assert_eq!(alike(&class), []);
    }
}
