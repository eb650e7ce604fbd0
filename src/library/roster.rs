//! The list of a class: who is in it, in which group, and until when the work was due.

use std::collections::BTreeSet;
use std::path::Path;

use super::csv_table::csv_table;
use super::disk::load_text_of;
use super::items::MOST_BYTES;
use super::problem::Problem;
use crate::exercise::class::{Listed, Moment};

/// Titles of columns, in lower case without anything but letters, by what they hold.
///
/// Of several in one file the first here counts: a gradebook of Canvas has `Student` (the name), `ID` and `SIS Login ID`, and finds students
/// by the last (`lib/gradebook_importer.rb`).
const TITLES: [(Field, &[&str]); 8] = [
    (Field::Id, &["sisloginid", "id", "studentid", "username", "userid", "login", "sid", "uid", "student"]),
    (Field::Name, &["name", "fullname", "studentname", "student"]),
    (Field::First, &["firstname", "givenname"]),
    (Field::Last, &["lastname", "surname", "familyname"]),
    (Field::Email, &["email", "emailaddress", "mail"]),
    (Field::Group, &["group", "team", "groupname", "groups"]),
    (Field::Due, &["due", "duedate", "deadline"]),
    (Field::HandedIn, &["submitted", "handedin", "submissiontime", "timestamp"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Id,
    Name,
    First,
    Last,
    Email,
    Group,
    Due,
    HandedIn,
}

/// The students in the CSV file at `path`, in its order. The first line names the columns; one for the id is needed, and others for names,
/// e-mail, group, deadline and time of handing in are taken when they are there.
///
/// # Errors
/// A file that cannot be read, has no column for the id, names a student twice or none, holds a time that is none or two that cannot be
/// compared, has more cells in a line than titles, or a line break in a cell, as where a quotation mark is not closed.
pub fn roster(path: &Path) -> Result<Vec<Listed>, Vec<Problem>> {
    let name = path.display().to_string();
    let text = load_text_of(path, MOST_BYTES).map_err(|problem| vec![problem])?;
    let (mut table, text) = csv_table(&text);
    let mut reader = table.flexible(true).from_reader(text.as_bytes());
    let broken =
        |error: csv::Error| vec![Problem::of_file(&name, "syntax", format!("this is no CSV: {error}"))];
    let head = reader.headers().map_err(broken)?.clone();
    let place = |field: Field| {
        let (_, titles) = TITLES.iter().find(|(of, _)| *of == field)?;
        titles.iter().find_map(|title| head.iter().position(|found| plain(found) == **title))
    };
    let id_place = place(Field::Id);
    // One column is not the name as well.
    let place = |field| place(field).filter(|found| field == Field::Id || Some(*found) != id_place);
    if id_place.is_none() {
        let message = "the list of the class has no column for the students; begin it with a line of titles, one of which is id";
        return Err(vec![Problem::of_file(&name, "no-id", message)]);
    }
    let (mut all, mut problems): (Vec<Listed>, Vec<Problem>) = (Vec::new(), Vec::new());
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(index as u64 + 2, csv::Position::line);
        let cell =
            |field| place(field).and_then(|place| record.get(place)).unwrap_or_default().trim().to_owned();
        let is_empty = |cell: &str| cell.trim().is_empty();
        // The second line of a gradebook of Canvas names nobody (`lib/gradebook_importer.rb`).
        let is_possible = || record.get(0).is_some_and(|cell| cell.trim().starts_with("Points Possible"));
        if record.iter().all(is_empty) || (cell(Field::Id).is_empty() && is_possible()) {
            continue;
        }
        let mut wrong = |code, message: String| {
            problems.push(Problem::of_file(format!("{name}:{line}"), code, message));
        };
        let mut moment = |field| match cell(field).as_str() {
            "" => None,
            text => Moment::read(text).map_err(|message| wrong("time", message)).ok(),
        };
        let (due, handed_in) = (moment(Field::Due), moment(Field::HandedIn));
        if let (Some(due), Some(came)) = (&due, &handed_in)
            && !due.is_comparable(came)
        {
            let message = format!(
                "of \"{}\" and \"{}\" one has an offset from UTC, so nobody knows whether it is late; write both with an offset, or both without",
                due.text, came.text
            );
            wrong("time", message);
        }
        if let Some(more) = record.iter().skip(head.len()).find(|cell| !is_empty(cell)) {
            let message = format!(
                "the cell \"{more}\" stands under no title; put a cell that holds the separator between quotation marks"
            );
            wrong("cells", message);
        }
        if TITLES.iter().any(|(field, _)| cell(*field).contains(['\n', '\r'])) {
            let message =
                "a cell goes over several lines; close its quotation mark, or leave the line break out";
            wrong("cells", message.to_owned());
        }
        let id = cell(Field::Id);
        if id.is_empty() {
            wrong("no-id", "a student without an id; write one".to_owned());
        } else if !ids.insert(id.clone()) {
            wrong("twice", format!("\"{id}\" is there twice; leave one out"));
        }
        let (first, last) = match (cell(Field::First), cell(Field::Last)) {
            (first, last) if first.is_empty() && last.is_empty() => in_two(&cell(Field::Name)),
            both => both,
        };
        all.push(Listed {
            id,
            first,
            last,
            email: cell(Field::Email),
            group: cell(Field::Group),
            due,
            handed_in,
        });
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// A title in lower case, without anything but letters.
fn plain(title: &str) -> String {
    title.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// First and last names: what stands before the last space, and after it; or, with a comma, the other way round.
fn in_two(name: &str) -> (String, String) {
    match name.split_once(',') {
        Some((last, first)) => (first.trim().to_owned(), last.trim().to_owned()),
        None => {
            let (first, last) = name.rsplit_once(' ').unwrap_or((name, ""));
            (first.trim().to_owned(), last.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Listed>, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.csv");
        std::fs::write(&path, text).unwrap();
        let plain = |problem: Problem| problem.to_string().replace(&path.display().to_string(), "roster.csv");
        roster(&path).map_err(|problems| problems.into_iter().map(plain).collect())
    }

    #[test]
    fn a_list_of_a_class_is_read_by_its_titles() {
        let all = read(
            "\u{feff}Student ID,Name,E-mail,Team,Deadline,Submitted\nada,Ada King Lovelace,ada@x.org,red,2026-11-30T12:00Z,2026-11-30T12:10Z\nbob,\"Burns, Bob\",,,,\n,,,,,\n",
        )
        .unwrap();
        assert_eq!((all[0].first.as_str(), all[0].last.as_str()), ("Ada King", "Lovelace"));
        assert_eq!((all[0].group.as_str(), all[0].late_s()), ("red", Some(600)));
        assert_eq!((all[1].first.as_str(), all[1].last.as_str(), all[1].late_s()), ("Bob", "Burns", None));
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said_with_its_line() {
        assert!(read("name\nAda\n").unwrap_err()[0].contains("no column for the students"));
        let wrong = read("id,due\nada,tomorrow\nada,\n,2026-11-30\n").unwrap_err();
        assert!(wrong[0].starts_with("roster.csv:2: \"tomorrow\" is no time"), "{wrong:?}");
        assert!(wrong[1].starts_with("roster.csv:3: \"ada\" is there twice"), "{wrong:?}");
        assert!(wrong[2].starts_with("roster.csv:4: a student without an id"), "{wrong:?}");
    }
}
