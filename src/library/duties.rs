//! Where the duties of learners are kept on this computer: one file for each exercise and learner, which is what is handed in. The
//! window and the terminal go on with the same one.
//!
//! Beside it every case that has begun is kept once more, by the number drawn for it, so that an older copy of a file does not lead
//! back to the beginning of a case that was seen further.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{load_text, save_atomic};
use super::folder::entries;
use super::formats::read_file;
use super::problem::Problem;
use super::read::write_ron;
use crate::exercise::{CaseSession, Duty, MOST_WATCHES};

/// The name of this computer's user, or `learner` where it has none.
pub fn learner() -> String {
    let set =
        |name: &str| std::env::var_os(name)?.into_string().ok().filter(|value| !value.trim().is_empty());
    set("USER").or_else(|| set("USERNAME")).unwrap_or_else(|| "learner".to_owned())
}

/// The file in the data folder in which a learner's duty in an exercise is kept.
pub fn file_of(data: &Path, exercise: &str, learner: &str) -> PathBuf {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '-' };
    let learner: String = learner.trim().chars().map(plain).collect();
    data.join("duties").join(format!("{exercise}-{learner}.ron"))
}

/// The next watch of a learner at an exercise on this computer, by its number: one more than have begun.
pub fn next_watch(data: &Path, exercise: &str, learner: &str) -> u32 {
    // The id of an exercise may name a folder.
    let of_first_cases = data.join("duties/begun").join(format!("{exercise}-1-"));
    let begins = of_first_cases.file_name().unwrap_or_default().to_string_lossy();
    let files = of_first_cases.parent().and_then(|folder| entries(folder).ok()).unwrap_or_default();
    let is_one =
        |file: &&PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&*begins));
    let begun = files.iter().filter(is_one).filter_map(|file| load(file).ok().flatten());
    let own =
        begun.filter(|duty| (duty.exercise.as_str(), duty.learner.as_str()) == (exercise, learner.trim()));
    // Watches that were begun before they were counted all say 1.
    let (count, last) =
        own.fold((0_u32, 0_u32), |(count, last), duty| (count.saturating_add(1), last.max(duty.watch)));
    count.max(last).saturating_add(1).min(MOST_WATCHES)
}

/// The duty in a file; `None` when there is no such file.
///
/// # Errors
/// A file that cannot be read, or holds something else.
pub fn load(file: &Path) -> Result<Option<Duty>, Vec<Problem>> {
    let text = match load_text(file) {
        Ok(text) => text,
        Err(problem) if problem.code == "not-found" => return Ok(None),
        Err(problem) => return Err(vec![problem]),
    };
    read_file::<Duty>(&file.display().to_string(), &text).map(|(duty, _)| Some(duty))
}

/// A number for a case that begins, from the operating system's source of randomness: nobody knows it before.
///
/// # Errors
/// When the system gives none.
pub fn draw() -> Result<u64, String> {
    getrandom::u64().map_err(|error| format!("the system gives no random numbers: {error}"))
}

/// Keeps a duty in its file, and in the `data` folder each case that has begun; the folders are made when they are not there.
///
/// # Errors
/// When a file cannot be saved; the old one is then as it was.
pub fn keep(file: &Path, data: Option<&Path>, duty: &Duty) -> Result<(), Problem> {
    if let Some(data) = data {
        for session in &duty.sessions {
            let begun = Duty { sessions: vec![session.clone()], ..duty.clone() };
            let kept_at = begun_file(data, duty, session);
            if load(&kept_at).ok().flatten().as_ref() != Some(&begun) {
                save(&kept_at, &begun)?;
            }
        }
    }
    save(file, duty)
}

/// Brings each case of a duty to where it was left on this computer, if that is further than the duty says. Whether one was.
pub fn catch_up(data: &Path, duty: &mut Duty) -> bool {
    let begun: Vec<Duty> = duty
        .sessions
        .iter()
        .filter_map(|session| load(&begun_file(data, duty, session)).ok().flatten())
        .filter(|begun| {
            (&begun.exercise, &begun.learner, begun.watch) == (&duty.exercise, &duty.learner, duty.watch)
        })
        .collect();
    let mut is_behind = false;
    for session in begun.iter().flat_map(|begun| &begun.sessions) {
        is_behind |= duty.catch_up(session);
    }
    is_behind
}

/// Where a case that has begun is kept.
fn begun_file(data: &Path, duty: &Duty, session: &CaseSession) -> PathBuf {
    data.join("duties/begun").join(format!("{}-{}-{:014x}.ron", duty.exercise, session.case, session.draw))
}

/// Keeps a duty in its file; the folder is made when it is not there.
///
/// # Errors
/// When the file cannot be saved; the old one is then as it was.
pub fn save(file: &Path, duty: &Duty) -> Result<(), Problem> {
    let problem = |message: String| Problem::of_file(file.display().to_string(), "cannot-save", message);
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| problem(format!("its folder cannot be made: {error}")))?;
    }
    save_atomic(file, write_ron(duty).map_err(problem)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Time;
    use crate::exercise::sample;

    #[test]
    fn an_older_copy_of_a_file_does_not_lead_back_to_the_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let (file, data) = (folder.path().join("ada.ron"), folder.path().join("data"));
        let exercise = sample::exercise();
        let mut duty = Duty::new(&exercise, "ada");
        duty.take_up(&exercise, || Ok::<u64, ()>(5)).unwrap();
        keep(&file, Some(&data), &duty).unwrap();
        let older = duty.clone();
        duty.sessions[0].played = Time::from_secs(600);
        keep(&file, Some(&data), &duty).unwrap();
        let mut again = older.clone();
        assert!(catch_up(&data, &mut again));
        assert_eq!(again, duty);
        assert!(!catch_up(&data, &mut again), "it is where it was left");
        let mut another = Duty { learner: "bob".to_owned(), ..older };
        assert!(!catch_up(&data, &mut another), "another learner's case is another case");
        assert!((0..20).any(|_| draw().unwrap() != draw().unwrap()));
    }

    #[test]
    fn a_watch_that_is_begun_anew_has_the_next_number() {
        let folder = tempfile::tempdir().unwrap();
        let exercise = sample::exercise();
        let next = |learner: &str| next_watch(folder.path(), &exercise.id, learner);
        assert_eq!(next("ada"), 1);
        for (watch, file) in [(1, "ada.ron"), (2, "again.ron")] {
            let mut duty = Duty { watch: next("ada"), ..Duty::new(&exercise, "ada") };
            assert_eq!(duty.watch, watch);
            duty.take_up(&exercise, draw).unwrap();
            keep(&folder.path().join(file), Some(folder.path()), &duty).unwrap();
            fs::remove_file(folder.path().join(file)).unwrap();
        }
        assert_eq!((next(" ada "), next("bob")), (3, 1));
    }

    #[test]
    fn a_duty_is_kept_under_its_exercise_and_its_learner() {
        let folder = tempfile::tempdir().unwrap();
        let file = file_of(folder.path(), "first", " Ada L/ove ");
        assert!(file.ends_with("duties/first-Ada-L-ove.ron"), "{}", file.display());
        assert_eq!(load(&file).unwrap(), None);
        let duty = Duty::new(&sample::exercise(), "ada");
        save(&file, &duty).unwrap();
        assert_eq!(load(&file).unwrap(), Some(duty));
        fs::write(&file, "(strategy: Nothing)").unwrap();
        assert!(load(&file).is_err());
    }
}
