//! A student on the list of a class, and whether the work came late.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::{Refusal, RefusalKind, Row};

/// A student on the list of a class. What the list does not say is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The id, which is the name of the hand-in.
    pub id: String,
    /// First names.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Address for mail.
    pub email: String,
    /// The group. Where a student has no hand-in, one that has the group's name counts.
    pub group: String,
    /// Until when the work was due.
    pub due: Option<Moment>,
    /// When it was handed in, as the system says that took it. Times of files are not looked at: copying changes them.
    pub handed_in: Option<Moment>,
}

/// A moment in a list, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// As written.
    pub text: String,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// A moment with its offset from UTC.
    Zoned(Timestamp),
    /// A moment by the clock of the place.
    Local(DateTime),
}

impl Moment {
    /// A moment as ISO 8601 writes it, with an offset (`2026-11-30T23:59Z`) or without (`2026-11-30 23:59`); a date alone is its end.
    ///
    /// # Errors
    /// What is wrong with `text`, as a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let end = |date: Date| date.at(23, 59, 59, 0);
        let zoned = text.parse::<Timestamp>().ok().map(At::Zoned);
        let local =
            || text.parse::<Date>().ok().filter(|_| text.len() <= 10).map(|date| At::Local(end(date)));
        let at = zoned.or_else(local).or_else(|| text.parse::<DateTime>().ok().map(At::Local));
        let at = at.ok_or_else(|| {
            format!("\"{text}\" is no time; write it as 2026-11-30T23:59Z, 2026-11-30 23:59 or 2026-11-30")
        })?;
        Ok(Self { text: text.to_owned(), at })
    }

    /// Whether it can be said which of the two is earlier: both have an offset from UTC, or neither.
    pub const fn is_comparable(&self, other: &Self) -> bool {
        matches!((self.at, other.at), (At::Zoned(_), At::Zoned(_)) | (At::Local(_), At::Local(_)))
    }
}

impl Listed {
    /// By how many seconds the work came late, 0 when it was in time; `None` where the list does not say, or names one moment with an
    /// offset from UTC and the other without.
    pub fn late_s(&self) -> Option<u64> {
        let late = match (self.due.as_ref()?.at, self.handed_in.as_ref()?.at) {
            (At::Zoned(due), At::Zoned(came)) => came.duration_since(due),
            (At::Local(due), At::Local(came)) => came.duration_since(due),
            (At::Zoned(_), At::Local(_)) | (At::Local(_), At::Zoned(_)) => return None,
        };
        Some(u64::try_from(late.as_secs()).unwrap_or(0))
    }
}

/// The rows of a class with its list: one for each student on it, sorted by id, with the hand-in that has the student's name, or else that
/// of the student's group; then the hand-ins of nobody on the list. A student without a hand-in has a row that says so.
pub fn with_list(rows: Vec<Row>, list: &[Listed]) -> Vec<Row> {
    let owner = |row: &Row| row.student.split('/').next().unwrap_or_default().to_owned();
    let mut of: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        of.entry(owner(row)).or_default().push(index);
    }
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let mut all = Vec::new();
    for one in list {
        let by_group = || of.get(&one.group).filter(|_| !one.group.is_empty());
        let its: &[usize] = of.get(&one.id).or_else(by_group).map_or(&[], Vec::as_slice);
        used.extend(its);
        for index in its {
            let row = rows[*index].clone();
            let file = row.student.split_once('/').map_or(String::new(), |(_, file)| format!("/{file}"));
            all.push(Row { student: format!("{}{file}", one.id), listed: Some(one.clone()), ..row });
        }
        if its.is_empty() {
            let missing = Refusal::new(RefusalKind::Missing, "no hand-in");
            all.push(Row { listed: Some(one.clone()), ..Row::refused(&one.id, "", missing) });
        }
    }
    all.sort_by(|a, b| a.student.cmp(&b.student));
    let others = rows.into_iter().enumerate().filter(|(index, _)| !used.contains(index));
    all.extend(others.map(|(_, row)| row));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(due: &str, came: &str) -> Option<u64> {
        let moment = |text: &str| Some(Moment::read(text).unwrap());
        let empty = String::new;
        let (id, first, last, email, group) = (empty(), empty(), empty(), empty(), empty());
        Listed { id, first, last, email, group, due: moment(due), handed_in: moment(came) }.late_s()
    }

    #[test]
    fn work_is_late_by_the_difference_of_its_moments() {
        assert_eq!(late("2026-11-30T12:00Z", "2026-11-30T13:00:30+01:00"), Some(30));
        assert_eq!(late("2026-11-30T12:00Z", "2026-11-29T12:00Z"), Some(0));
        assert_eq!(late("2026-11-30 12:00", "2026-12-02 12:00"), Some(172_800));
        assert_eq!(late("2026-11-30", "2026-11-30 23:59"), Some(0));
        assert_eq!(late("2026-11-30", "2026-12-01T00:00:09"), Some(10));
        assert_eq!(late("2026-11-30", "2026-12-01T00:00Z"), None, "one has no offset");
        assert!(Moment::read("soon").unwrap_err().contains("is no time"));
    }

    #[test]
    fn everybody_on_the_list_has_a_row_and_so_has_every_hand_in() {
        let row = |student: &str| {
            let refusal = Refusal::new(RefusalKind::HandIn, "it is broken");
            Row { hand_in_hash: student.to_owned(), ..Row::refused(student, "x.ron", refusal) }
        };
        let empty = String::new;
        let one = |id: &str, group: &str| Listed {
            id: id.to_owned(),
            first: empty(),
            last: empty(),
            email: empty(),
            group: group.to_owned(),
            due: None,
            handed_in: None,
        };
        let rows = vec![row("ada"), row("eve"), row("kim/a"), row("kim/b"), row("red")];
        let list =
            [one("zoe", "red"), one("ada", "red"), one("bob", "red"), one("kim", ""), one("max", "blue")];
        let all = with_list(rows, &list);
        let told: Vec<(&str, &str, bool)> = all
            .iter()
            .map(|row| (row.student.as_str(), row.hand_in_hash.as_str(), row.listed.is_some()))
            .collect();
        let wanted = [
            ("ada", "ada", true),
            ("bob", "red", true),
            ("kim/a", "kim/a", true),
            ("kim/b", "kim/b", true),
            ("max", "", true),
            ("zoe", "red", true),
            ("eve", "eve", false),
        ];
        assert_eq!(told, wanted);
    }
}
