//! Checks an exercise's folder: its files, and that its rubric tells the solution from wrong plans.

use std::path::Path;

use crate::control::Plan;
use crate::engine::nearest;
use crate::exercise::{Exercise, ExerciseKind, ExerciseTexts, Grading, Lesson, Role, Trial, WRONG_PREFIX};
use crate::library::brief::{LinkAction, links};
use crate::library::folder::entries;
use crate::library::knobs;
use crate::library::shipped::{FolderFiles, Loaded, exercise_files, exercise_ids, shadowed, without_number};
use crate::library::translations::{TEXTS_PREFIX, texts_of_exercise};
use crate::library::{Problem, Severity, Source};
use crate::scenario::{Issue, Scenario};

use super::super::load::{Read, needed, read, read_scenario, scenario_text_of};
use super::super::progress::bar;
use super::Checking;

impl Checking {
    /// Checks all files of the exercise called `name`, and grades its plans when no file has an error.
    pub(super) fn lesson(&mut self, name: &str) -> Result<(), Problem> {
        if let Some(remark) = shadowed(name) {
            self.output.remark(&remark);
        }
        let files = exercise_files(name)?;
        let before = self.checked.problems.len();
        if is_operate(&files) {
            return self.operate(&files);
        }
        let Some(parts) = self.parts(&files) else { return Ok(()) };
        if self.has_errors_since(before) {
            return Ok(());
        }
        self.readable(&parts);
        match self.prove.clone() {
            Some(wanted) => self.prove(&files, &parts, &wanted)?,
            None => {
                let proven = self.proven(&files, &parts);
                // What a proof shows over many sets need not be shown by one, unless it is asked for.
                if !proven || self.seeds.is_some() {
                    self.trials(&files, &parts);
                }
            }
        }
        Ok(())
    }

    /// Reads and checks every file; `None` when a required file cannot be read.
    fn parts(&mut self, files: &FolderFiles) -> Option<Parts> {
        let (exercise, scenario) = self.head(files)?;
        let world = scenario.as_ref().map(|scenario| &scenario.value);
        let plan = |checking: &mut Self, loaded: Result<&Loaded, Problem>| {
            let read = checking.found(loaded.map_err(|problem| vec![problem]).and_then(read::<Plan>))?;
            checking.add(read.place(&read.value.problems(world), ""));
            Some(read)
        };
        let starter = plan(self, needed(files, "starter.ron"));
        let solution = plan(self, needed(files, "solution.ron"));
        let mut wrong = Vec::new();
        for loaded in files.starting(WRONG_PREFIX) {
            if let Some(read) = plan(self, Ok(loaded)) {
                wrong.push((base(&loaded.file).to_owned(), read));
            }
        }
        Some(Parts { exercise, scenario: scenario?.value, starter: starter?, solution: solution?, wrong })
    }

    /// Reads and checks what every exercise has: the brief, the exercise and its scenario. `None` when the exercise cannot be read.
    pub(super) fn head(&mut self, files: &FolderFiles) -> Option<(Read<Exercise>, Option<Read<Scenario>>)> {
        self.checked.files += files.files.iter().filter(|file| file.file.ends_with(".ron")).count();
        self.brief(files);
        let exercise =
            needed(files, "exercise.ron").map_err(|problem| vec![problem]).and_then(read::<Exercise>);
        let exercise = self.found(exercise)?;
        self.add(dead_links(files, &exercise));
        for loaded in files.starting(TEXTS_PREFIX) {
            let texts = self.found(texts_of_exercise(loaded, &exercise.value));
            self.add(texts.map(|texts| dead_in_texts(&texts, &exercise.value)).unwrap_or_default());
        }
        let text = scenario_text_of(files, &exercise.value.scenario);
        let text = text.map_err(|_| exercise.place(&[unknown_scenario(&exercise.value)], ""));
        let scenario = self.found(text.and_then(|text| read_scenario(&text)));
        let world = scenario.as_ref().map(|scenario| &scenario.value);
        if let Some(scenario) = &scenario {
            self.add(scenario.place(&scenario.value.problems(), ""));
        }
        self.add(exercise.place(&exercise.value.problems(world), ""));
        self.add(exercise.place(&names(files, &exercise.value), ""));
        if files.starting(WRONG_PREFIX).count() == 0 {
            let message =
                format!("no wrong solution; add a {WRONG_PREFIX}NAME.ron with a mistake that learners make");
            self.add(vec![warning(files, "exercise.ron", "no-wrong-solution", message)]);
        }
        Some((exercise, scenario))
    }

    pub(super) fn found<T>(&mut self, read: Result<T, Vec<Problem>>) -> Option<T> {
        read.map_err(|problems| self.add(problems)).ok()
    }

    fn brief(&mut self, files: &FolderFiles) {
        let problem = match files.file("brief.md") {
            Some(brief) if !brief.text.trim().is_empty() => return,
            Some(_) => "the brief is empty; describe the situation and the task",
            None => "the exercise has no brief.md; describe the situation and the task there",
        };
        self.add(vec![Problem::of_file(format!("{}/brief.md", files.folder), "no-brief", problem)]);
    }

    /// Grades the plans of the lesson once, with the seeds that everybody has.
    fn trials(&mut self, files: &FolderFiles, parts: &Parts) {
        let wrong = parts.wrong_plans();
        let lesson = parts.lesson(&wrong);
        let how = Grading { seeds: self.seeds, ..Grading::default() };
        let bar = bar(self.output, lesson.runs(&how), &format!("checking {}", files.id));
        let tick = || bar.inc(1);
        let trials = lesson.trials(&Grading { on_run: Some(&tick), ..how });
        bar.finish_and_clear();
        for trial in &trials {
            self.add(parts.place(files, trial));
        }
        self.checked.lessons.push((parts.exercise.value.id.clone(), trials));
    }
}

/// An exercise's files, read.
pub(super) struct Parts {
    /// The exercise.
    pub exercise: Read<Exercise>,
    scenario: Scenario,
    starter: Read<Plan>,
    solution: Read<Plan>,
    wrong: Vec<(String, Read<Plan>)>,
}

impl Parts {
    /// The wrong solutions by their files' names.
    pub(super) fn wrong_plans(&self) -> Vec<(String, Plan)> {
        self.wrong.iter().map(|(name, read)| (name.clone(), read.value.clone())).collect()
    }

    /// The lesson, with its wrong solutions.
    pub(super) fn lesson<'a>(&'a self, wrong: &'a [(String, Plan)]) -> Lesson<'a> {
        Lesson {
            exercise: &self.exercise.value,
            scenario: &self.scenario,
            starter: &self.starter.value,
            solution: &self.solution.value,
            wrong,
        }
    }

    /// The issues of a trial, placed in the file of its plan; the issues of a null policy are placed in the exercise.
    fn place(&self, files: &FolderFiles, trial: &Trial) -> Vec<Problem> {
        let (name, outline) = match trial.role {
            Role::Solution => ("solution.ron", &self.solution),
            Role::Starter => ("starter.ron", &self.starter),
            Role::Wrong => match self.wrong.iter().find(|(name, _)| *name == trial.name) {
                Some((name, read)) => (name.as_str(), read),
                None => (trial.name.as_str(), &self.starter),
            },
            Role::NullPolicy => {
                let file = format!("{}/exercise.ron", files.folder);
                let problem =
                    |issue: &Issue| Problem::of_file(file.clone(), issue.code, issue.message.clone());
                return trial.issues.iter().map(problem).collect();
            }
        };
        let one = |issue: &Issue| {
            if issue.path.is_empty() {
                vec![Problem::of_file(format!("{}/{name}", files.folder), issue.code, issue.message.clone())]
            } else {
                outline.place(std::slice::from_ref(issue), "")
            }
        };
        trial.issues.iter().flat_map(one).collect()
    }
}

/// Checks names: the exercise's id is the name of its folder, and the exercises that it needs exist.
fn names(files: &FolderFiles, exercise: &Exercise) -> Vec<Issue> {
    let mut found = Vec::new();
    if exercise.id != files.id {
        let message =
            format!("the id is \"{}\", the folder says \"{}\"; give both one name", exercise.id, files.id);
        found.push(Issue::error("id", "id", message));
    }
    let beside = Path::new(&files.folder).parent().map(|parent| entries(parent).unwrap_or_default());
    let beside: Vec<String> = beside
        .unwrap_or_default()
        .iter()
        .filter_map(|path| path.file_name())
        .map(|name| without_number(&name.to_string_lossy()).to_owned())
        .collect();
    for (index, needed) in exercise.needs.iter().enumerate() {
        let shipped = exercise_ids();
        if !shipped.contains(&needed.as_str()) && !beside.contains(needed) {
            found.push(Issue::unknown(format!("needs[{index}]"), "exercise", needed, shipped));
        }
    }
    found
}

fn unknown_scenario(exercise: &Exercise) -> Issue {
    Issue::unknown("scenario", "scenario", &exercise.scenario, crate::library::shipped::scenario_ids())
}

/// The links of the brief and of the hints that lead nowhere.
fn dead_links(files: &FolderFiles, exercise: &Read<Exercise>) -> Vec<Problem> {
    let why = |action: &LinkAction| dead(action, &exercise.value);
    let mut found = Vec::new();
    let is_brief = |file: &&Loaded| base(&file.file).starts_with("brief.") && file.file.ends_with(".md");
    for brief in files.files.iter().filter(is_brief) {
        let source = Source::new(&brief.file, &brief.text);
        for link in links(&brief.text) {
            let problem = |message| source.problem(link.at, "", "dead-link", message, Severity::Error);
            found.extend(why(&link.action).map(problem));
        }
    }
    let hints = exercise.value.hints.iter().map(|hint| hint.say.as_str());
    found.extend(exercise.place(&dead_in_hints(hints, ".say", &exercise.value), ""));
    found
}

/// The links in the hints of a translation that lead nowhere.
fn dead_in_texts(texts: &Read<ExerciseTexts>, exercise: &Exercise) -> Vec<Problem> {
    let hints = texts.value.hints.iter().map(String::as_str);
    texts.place(&dead_in_hints(hints, "", exercise), "")
}

/// The links in hints that lead nowhere; the text of a hint is in the field `hints[..]` and `field`.
fn dead_in_hints<'a>(hints: impl Iterator<Item = &'a str>, field: &str, exercise: &Exercise) -> Vec<Issue> {
    let of_hint = |(index, hint): (usize, &str)| {
        let dead = links(hint).into_iter().filter_map(|link| dead(&link.action, exercise));
        dead.map(move |message| Issue::error(format!("hints[{index}]{field}"), "dead-link", message))
            .collect::<Vec<_>>()
    };
    hints.enumerate().flat_map(of_hint).collect()
}

/// Why a link leads nowhere; `None` when it leads somewhere.
fn dead(action: &LinkAction, exercise: &Exercise) -> Option<String> {
    let cases: Vec<&str> = exercise.cases.iter().map(|case| case.name.as_str()).collect();
    let (name, near) = match action {
        LinkAction::Play(name) if !cases.contains(&name.as_str()) => {
            (name, nearest(name, cases.iter().copied()))
        }
        LinkAction::Explain(name) if knobs::find(name).is_empty() => (name, knobs::nearest_to(name)),
        LinkAction::Play(_) | LinkAction::Explain(_) => return None,
    };
    let what = match action {
        LinkAction::Play(_) => format!("is no case of this exercise; its cases are {}", cases.join(", ")),
        LinkAction::Explain(_) => "is no type or field of a file".to_owned(),
    };
    let near = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    Some(format!("\"{name}\" {what}{near}"))
}

fn warning(files: &FolderFiles, name: &str, code: &'static str, message: String) -> Problem {
    Problem {
        severity: Severity::Warning,
        ..Problem::of_file(format!("{}/{name}", files.folder), code, message)
    }
}

/// Whether an exercise is done by hand, as far as it can be read.
fn is_operate(files: &FolderFiles) -> bool {
    let read = needed(files, "exercise.ron").ok().and_then(|file| read::<Exercise>(file).ok());
    read.is_some_and(|read| read.value.kind == ExerciseKind::Operate)
}

pub(super) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
