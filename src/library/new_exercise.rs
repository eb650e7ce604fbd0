//! A new exercise: commented files to begin with, about a scenario that is chosen, and the folder that they are written into. Nothing that
//! is there is overwritten, and what was made can be taken back as long as nobody has changed it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::disk::save_atomic;
use super::folder::{entries, is_taken, make_new, remove};
use super::loaded::without_number;
use super::patch;
use super::problem::Problem;
use super::templates::PLACE;
use crate::scenario::{Effect, FaultKind, Release, Scenario};

/// The names of an exercise's files and their texts, in which [`PLACE`] stands for its id.
type Files = [(&'static str, &'static str); 6];

/// An exercise in which a plan is written, about the scenario `checkout`.
pub const PLAN: Files = [
    ("exercise.ron", include_str!("templates/exercise/exercise.ron")),
    ("brief.md", include_str!("templates/exercise/brief.md")),
    ("starter.ron", include_str!("templates/exercise/starter.ron")),
    ("solution.ron", include_str!("templates/exercise/solution.ron")),
    ("wrong-no-eyes.ron", include_str!("templates/exercise/wrong-no-eyes.ron")),
    ("wrong-too-fast.ron", include_str!("templates/exercise/wrong-too-fast.ron")),
];

/// An exercise in which one is on duty, about the scenario `checkout`.
pub const WATCH: Files = [
    ("exercise.ron", include_str!("templates/operate/exercise.ron")),
    ("brief.md", include_str!("templates/operate/brief.md")),
    ("starter.ron", include_str!("templates/operate/starter.ron")),
    ("solution.ron", include_str!("templates/operate/solution.ron")),
    ("wrong-blame-the-release.ron", include_str!("templates/operate/wrong-blame-the-release.ron")),
    ("wrong-wait-and-see.ron", include_str!("templates/operate/wrong-wait-and-see.ron")),
];

/// The files of a template for the exercise called `id`.
pub fn named(files: Files, id: &str) -> Vec<(String, String)> {
    files.into_iter().map(|(name, text)| (name.to_owned(), text.replace(PLACE, id))).collect()
}

/// What an author says of an exercise before there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outset {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The part of the lesson, 0 for the introduction.
    pub part: u32,
    /// What is learned.
    pub objectives: Vec<String>,
}

/// The releases and the fault of a scenario that an exercise begins with, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast<'a> {
    /// A release with nothing wrong that the running one has not.
    pub good: &'a str,
    /// A release with a defect.
    pub bad: &'a str,
    /// Trouble of another service, if there is one.
    pub fault: Option<&'a str>,
}

impl<'a> Cast<'a> {
    /// Those of a scenario, the usual ones first: a release that fails requests before others. `None` where a new exercise would have
    /// nothing to tell apart.
    pub fn of(scenario: &'a Scenario) -> Option<Self> {
        let (running, rest) = scenario.releases.split_first()?;
        // What is behind a flag reaches nobody by a canary.
        let released = || rest.iter().filter(|release| release.flag.is_none());
        // One that mends what is wrong with the running one is good as well.
        let is_bad =
            |release: &&Release| release.defects.iter().any(|defect| !running.defects.contains(defect));
        let good = released().find(|release| !is_bad(release) && release.data == running.data)?;
        let fails =
            |release: &&Release| release.defects.iter().any(|defect| matches!(defect.then, Effect::Errors));
        let bad = released().filter(is_bad).find(fails).or_else(|| released().find(is_bad))?;
        let fault = scenario.faults.iter().find(|fault| match &fault.what {
            FaultKind::Brownout { service, .. } => *service != scenario.target,
            _ => false,
        });
        Some(Self { good: &good.name, bad: &bad.name, fault: fault.map(|fault| fault.name.as_str()) })
    }
}

/// The files of a new exercise about a scenario: [`PLAN`] with what its author has said, and with cases of this scenario.
///
/// # Errors
/// What cannot be written into the files.
pub fn about(outset: &Outset, scenario: &Scenario, cast: Cast<'_>) -> Result<Vec<(String, String)>, Problem> {
    let mut files = named(PLAN, &outset.id);
    for (name, text) in &mut files {
        match name.as_str() {
            "exercise.ron" => *text = exercise(text, outset, scenario, cast)?,
            "brief.md" => *text = brief(outset, scenario, cast),
            _ => {}
        }
    }
    Ok(files)
}

fn exercise(template: &str, outset: &Outset, scenario: &Scenario, cast: Cast<'_>) -> Result<String, Problem> {
    let quoted = patch::quoted;
    let list = |items: Vec<String>| {
        let lines: String = items.iter().map(|item| format!("        {item},\n")).collect();
        format!("[\n{lines}    ]")
    };
    let mut cases = vec![
        format!("(name: \"healthy\", release: {})", quoted(cast.good)),
        format!("(name: \"errors\", release: {}, weight: 2)", quoted(cast.bad)),
    ];
    if let Some(fault) = cast.fault {
        let release = quoted(cast.good);
        cases.push(format!("(name: \"not our fault\", release: {release}, faults: [{}])", quoted(fault)));
    }
    let numbers: Vec<String> = (1..=outset.objectives.len()).map(|number| number.to_string()).collect();
    let mut changes = vec![
        ("title", quoted(&outset.title)),
        ("part", outset.part.to_string()),
        ("objectives", list(outset.objectives.iter().map(|objective| quoted(objective)).collect())),
        ("scenario", quoted(&scenario.id)),
        ("cases", list(cases)),
        ("rubric[0].objectives", format!("[{}]", numbers.join(", "))),
    ];
    if cast.fault.is_none() {
        changes.push(("rubric[2].on", "[\"healthy\"]".to_owned()));
    }
    changes.iter().try_fold(template.to_owned(), |text, (path, value)| patch::set(&text, path, value))
}

/// A brief that says what the scenario is, what is to be done and what counts; its author goes on from there.
fn brief(outset: &Outset, scenario: &Scenario, cast: Cast<'_>) -> String {
    let mut text = format!("# {}\n\n{}\n\n", outset.title.trim(), scenario.about.trim());
    text.push_str(
        "A new release is ready. The people who wrote it tested it; nobody has seen it in production.\n\n\
         **Change the plan so that a good release reaches everybody within a quarter of an hour, and a bad one goes back by itself before\n\
         many users have met it.**\n\n## What you can change\n\n- `strategy`: a `Canary` with its steps.\n- `analysis`: the checks that go on \
         beside the steps.\n\n## Goals\n\n",
    );
    let other = if cast.fault.is_some() { ", also while another team's service has trouble" } else { "" };
    // Writing into a text cannot fail.
    let _ = writeln!(text, "- A good release is out within a quarter of an hour{other}.");
    text.push_str("- A bad one goes back by itself, before many users have met it.\n");
    text
}

/// The files and folders of an exercise that was just made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The exercise's folder.
    pub folder: PathBuf,
    /// Its files, by the paths that were asked for, with their texts.
    pub files: Vec<(String, String)>,
    /// The folders that were not there before, the innermost first.
    folders: Vec<PathBuf>,
}

/// Writes `files` into `folder`, which is made. All are written, or none.
///
/// # Errors
/// A [`Problem`] with code `exists` where something of that name is there, and with `cannot-save` where nothing can be written.
pub fn make(folder: &str, files: Vec<(String, String)>) -> Result<Made, Problem> {
    let files: Vec<(String, String)> =
        files.into_iter().map(|(name, text)| (format!("{folder}/{name}"), text)).collect();
    files.iter().try_for_each(|(path, _)| refuse_to_overwrite(path))?;
    let folders = make_new(Path::new(folder))?;
    for (at, (path, text)) in files.iter().enumerate() {
        if let Err(problem) = write(path, text) {
            // Half an exercise helps nobody and would stand in the way of the next attempt.
            let written: Vec<String> = files[..at].iter().map(|(path, _)| path.clone()).collect();
            remove(&written, &folders);
            return Err(problem);
        }
    }
    Ok(Made { folder: folder.into(), files, folders })
}

/// Writes a file that is not there yet.
///
/// # Errors
/// As [`make`].
pub fn write(path: &str, text: &str) -> Result<(), Problem> {
    refuse_to_overwrite(path)?;
    save_atomic(Path::new(path), text.as_bytes())
}

fn refuse_to_overwrite(path: &str) -> Result<(), Problem> {
    if is_taken(Path::new(path)) {
        let message = "the file exists already and is not overwritten; choose another name";
        return Err(Problem::of_file(path, "exists", message));
    }
    Ok(())
}

impl Made {
    /// Removes what was made, files and folders.
    ///
    /// # Errors
    /// A [`Problem`] with code `changed` when a file differs from what was made, or another has come; then nothing is removed.
    pub fn take_back(&self) -> Result<(), Problem> {
        let changed = |path: &str, message: &str| Err(Problem::of_file(path, "changed", message));
        for (path, text) in &self.files {
            if fs::read_to_string(path).is_ok_and(|now| now != *text) {
                return changed(
                    path,
                    "it was changed since, so the exercise is not removed; take the changes back first",
                );
            }
        }
        let is_known = |path: &PathBuf| self.files.iter().any(|(known, _)| Path::new(known) == path);
        if let Some(other) = entries(&self.folder)?.into_iter().find(|path| !is_known(path)) {
            let path = other.display().to_string();
            return changed(&path, "it came since, so the exercise is not removed; move it elsewhere first");
        }
        let paths: Vec<String> = self.files.iter().map(|(path, _)| path.clone()).collect();
        remove(&paths, &self.folders);
        Ok(())
    }
}

/// The folder in `own` for a new exercise called `id`: its number is one more than the largest there.
pub fn next_folder(own: &Path, id: &str) -> PathBuf {
    let there = entries(own).unwrap_or_default();
    let numbers = there.iter().filter_map(|path| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        name.split_once('-')?.0.parse::<u32>().ok()
    });
    own.join(format!("{:02}-{id}", numbers.max().unwrap_or_default().saturating_add(1)))
}

/// Whether a folder in `own` bears the name of an exercise called `id`, with whatever number.
pub fn has_folder(own: &Path, id: &str) -> bool {
    let there = entries(own).unwrap_or_default();
    there
        .iter()
        .any(|path| path.file_name().is_some_and(|name| without_number(&name.to_string_lossy()) == id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Plan;
    use crate::exercise::Exercise;
    use crate::library::read_ron;
    use crate::library::shipped::scenario_ids;

    fn outset() -> Outset {
        let objectives = vec!["Say \"why\"".to_owned(), "Look".to_owned(), "Go back".to_owned()];
        Outset { id: "mine".to_owned(), title: "A \\ new one".to_owned(), part: 3, objectives }
    }

    #[test]
    fn an_exercise_about_each_scenario_has_nothing_wrong_in_its_files() {
        let mut count = 0;
        for id in scenario_ids() {
            let scenario = crate::library::load::scenario(id).unwrap().value;
            let Some(cast) = Cast::of(&scenario) else { continue };
            count += 1;
            for (name, text) in about(&outset(), &scenario, cast).unwrap() {
                if name == "exercise.ron" {
                    let exercise = read_ron::<Exercise>(&name, &text).unwrap().0;
                    assert_eq!(exercise.problems(Some(&scenario)), [], "{id}");
                    assert_eq!((exercise.id.as_str(), exercise.part), ("mine", 3));
                    assert_eq!(exercise.objectives, outset().objectives);
                    assert!(text.contains("// Points fall in a straight line"), "its comments stay");
                } else if name.ends_with(".ron") {
                    let plan = read_ron::<Plan>(&name, &text).unwrap().0;
                    let mut wrong = plan.problems(Some(&scenario));
                    wrong.retain(|issue| issue.severity == crate::library::Severity::Error);
                    assert_eq!(wrong, [], "{id}: {name}");
                }
            }
        }
        assert!(count > 25, "{count} of {}", scenario_ids().len());
    }

    #[test]
    fn nothing_is_overwritten_and_what_is_as_it_was_made_is_taken_back() {
        let own = tempfile::tempdir().unwrap();
        fs::create_dir(own.path().join("07-other")).unwrap();
        let folder = next_folder(own.path(), "mine");
        assert_eq!(folder, own.path().join("08-mine"));
        let name = folder.display().to_string();
        let made = make(&name, named(PLAN, "mine")).unwrap();
        assert!(has_folder(own.path(), "mine") && !has_folder(own.path(), "min"));
        assert_eq!(make(&name, named(PLAN, "mine")).unwrap_err().code, "exists");
        fs::write(folder.join("brief.md"), "mine").unwrap();
        assert_eq!(made.take_back().unwrap_err().code, "changed");
        assert_eq!(fs::read_to_string(folder.join("brief.md")).unwrap(), "mine");
        fs::write(folder.join("brief.md"), &made.files[1].1).unwrap();
        fs::write(folder.join("notes.txt"), "mine").unwrap();
        assert_eq!(made.take_back().unwrap_err().code, "changed");
        fs::remove_file(folder.join("notes.txt")).unwrap();
        made.take_back().unwrap();
        assert!(!folder.exists() && own.path().join("07-other").exists());
    }
}
