//! Opens files: plans, sessions, manifests, exercises, scenarios and backups. Each says what it did, or why it did
//! nothing.

use std::path::{Path, PathBuf};

use crate::app::model::Lab;
use crate::app::model::backup::FILE;
use crate::app::model::catalog::{Catalog, World};
use crate::app::model::files::{Files, FilesCommand, name};
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::subject::Subject;
use crate::app::model::told::{all_told, told, told_in_a_line};
use crate::app::texts::{t, tf, translated};
use crate::control::{Plan, Strategy};
use crate::exercise::Session;
use crate::library::shipped::Loaded;
use crate::library::{FileKind, Problem, disk, folder, load};
use crate::manifest::{Kind, Table, import};

/// The most findings of a manifest in one notice.
const TOLD: usize = 12;

impl Lab {
    /// Applies a command about files.
    pub(in crate::app) fn apply_files(&mut self, command: FilesCommand) {
        match command {
            FilesCommand::Look(folder) => self.look(&folder),
            FilesCommand::Take(path) => {
                let side = self.files.side.take().filter(|_| self.overlay == Some(Overlay::Open));
                self.overlay = None;
                match side {
                    Some(side) => self.take_side(side, &path),
                    None => self.take(&path),
                }
            }
            FilesCommand::Dialog(purpose) => self.open_dialog(purpose),
            FilesCommand::Export => {
                let place = self.files.folder.clone();
                let stem = FILE.trim_end_matches(".ron");
                let named = |number: u32| match number {
                    1 => place.join(FILE),
                    _ => place.join(format!("{stem}-{number}.ron")),
                };
                if let Some(free) = (1..10_000).map(named).find(|path| !folder::is_taken(path)) {
                    self.export(&free);
                }
                self.look(&place);
            }
            FilesCommand::GoOn => self.go_on(),
            FilesCommand::NotNow => self.sessions.offered = None,
        }
    }

    /// Shows the folder that was shown last, or the learner's own.
    pub(in crate::app) fn look_again(&mut self) {
        let folder = if self.files.folder.as_os_str().is_empty() {
            crate::library::folder::home().unwrap_or_default()
        } else {
            self.files.folder.clone()
        };
        self.look(&folder);
    }

    fn look(&mut self, place: &Path) {
        let (paths, problem) = match folder::entries(place) {
            Ok(paths) => (paths, None),
            Err(problem) => (Vec::new(), Some(told_in_a_line(&problem))),
        };
        let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.into_iter().partition(|path| folder::is_folder(path));
        let files = files.into_iter().filter(|path| FileKind::has_known_ending(path));
        let side = self.files.side;
        self.files = Files { folder: place.to_owned(), folders, files: files.collect(), problem, side };
    }

    /// Opens a file, or a folder of exercises, and says what it did.
    pub fn take(&mut self, path: &Path) {
        if folder::is_folder(path) {
            self.take_folder(path);
            return;
        }
        let text = match disk::load_text(path) {
            Ok(text) => text,
            Err(problem) => {
                self.trouble(told(&problem));
                return;
            }
        };
        let loaded = Loaded { file: path.display().to_string(), text };
        if !FileKind::has_known_ending(path) {
            self.trouble(tf("files.unknown {}", &[&path.display()]));
            return;
        }
        let taken = match FileKind::of(&loaded.file, &loaded.text) {
            FileKind::Manifest => self.take_manifest(path, &loaded),
            FileKind::Progress => self.import(&loaded),
            FileKind::Exercise | FileKind::Proof | FileKind::Translation => {
                self.take_folder(path.parent().unwrap_or(Path::new(".")));
                Ok(())
            }
            FileKind::Incident | FileKind::IncidentTranslation => Err(vec![Problem::of_file(
                loaded.file.as_str(),
                "other-kind",
                t("files.incident").to_owned(),
            )]),
            FileKind::Scenario => self.take_scenario(&loaded),
            FileKind::Duty | FileKind::Playbook => {
                self.trouble(tf("files.on_duty {}", &[&name(path)]));
                Ok(())
            }
            FileKind::Session => self.take_session(&loaded),
            FileKind::Plan => self.take_plan(path, &loaded),
        };
        if let Err(problems) = taken {
            self.trouble(tf("files.not_opened {} {}", &[&name(path), &all_told(&problems)]));
        }
    }

    fn take_folder(&mut self, path: &Path) {
        match folder::exercises_in(path) {
            Ok(folders) if folders.is_empty() => {
                self.trouble(tf("files.no_exercise {}", &[&path.display()]));
            }
            Ok(folders) => {
                self.start.exercises = Some(path.to_owned());
                self.catalog = Catalog::load(Some(path));
                self.watch();
                let broken = self.catalog.broken.len();
                self.screen = Screen::Course;
                self.tell(tf(
                    "files.exercises {} {}",
                    &[&(folders.len().saturating_sub(broken)), &path.display()],
                ));
            }
            Err(problem) => self.trouble(told(&problem)),
        }
    }

    /// What a plan that is opened is for: the run that is open, or what was chosen in the sandbox.
    fn subject(&self) -> Option<Subject> {
        if let Some(run) = &self.run {
            return Some(run.subject.clone());
        }
        let chosen = self.catalog.world(&self.chosen.world).or_else(|| self.catalog.world("checkout"));
        chosen.or(self.catalog.worlds.first()).map(|world| Subject::World(world.clone()))
    }

    fn take_plan(&mut self, path: &Path, loaded: &Loaded) -> Result<(), Vec<Problem>> {
        let read = load::read::<Plan>(loaded)?;
        if let Some(subject) = self.subject() {
            load::errors(read.place(&read.value.problems(Some(subject.scenario())), ""))?;
        }
        self.put(path, read.value);
        Ok(())
    }

    /// Opens the plan of a manifest, and the page that rehearses it. What has no release of its own is read together with the manifests
    /// that are rehearsed already.
    fn take_manifest(&mut self, path: &Path, loaded: &Loaded) -> Result<(), Vec<Problem>> {
        let imported = match import(&loaded.file, &loaded.text, &Table::default()) {
            Err(problems) if problems.iter().all(|problem| problem.code == "no-strategy") => {
                let mut files = self.rehearsing.files.clone();
                files.retain(|file| file.file != loaded.file);
                if files.is_empty() {
                    return Err(problems);
                }
                files.push(loaded.clone());
                self.rehearse(files);
                return Ok(());
            }
            imported => imported?,
        };
        let is_release = imported.plan.strategy != Strategy::Nothing;
        let said: Vec<String> = imported
            .findings
            .iter()
            .filter(|finding| finding.kind != Kind::Ignored)
            .map(|finding| {
                format!(
                    "{}:{}:{}: {}: {}",
                    name(path),
                    finding.line,
                    finding.column,
                    finding.path,
                    translated(&finding.message)
                )
            })
            .collect();
        self.put(path, imported.plan);
        if !said.is_empty() {
            let shown = said.iter().take(TOLD).cloned().collect::<Vec<_>>().join("\n");
            self.tell(tf("files.findings {} {}", &[&said.len(), &shown]));
        }
        if is_release {
            self.rehearse(vec![loaded.clone()]);
        }
        Ok(())
    }

    /// Saves a plan as the learner's own, and opens it.
    fn put(&mut self, path: &Path, plan: Plan) {
        let Some(subject) = self.subject() else { return };
        let (exercise, scenario) = subject.ids();
        let title = subject.title().to_owned();
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let number = self.saved_plans.add(
            name.clone(),
            exercise,
            scenario,
            plan,
            crate::app::model::saved_plans::now(),
        );
        self.save_plan(number);
        self.open_saved_plan(number);
        self.tell(tf("files.plan {} {}", &[&name, &title]));
    }

    fn take_scenario(&mut self, loaded: &Loaded) -> Result<(), Vec<Problem>> {
        let read = load::read_scenario(loaded)?;
        load::errors(read.place(&read.value.problems(), ""))?;
        let id = read.value.id.clone();
        let title = read.value.title.clone();
        self.catalog.worlds.retain(|world| world.id != id);
        self.catalog.worlds.insert(0, World { id, scenario: std::sync::Arc::new(read.value), case: None });
        self.screen = Screen::Sandbox;
        self.tell(tf("files.scenario {}", &[&title]));
        Ok(())
    }

    fn take_session(&mut self, loaded: &Loaded) -> Result<(), Vec<Problem>> {
        let read = load::read::<Session>(loaded)?;
        let scenario = self.catalog.world(&read.value.scenario).map(|world| world.scenario.clone());
        let Some(scenario) = scenario else {
            let message = tf("open.no_scenario", &[&read.value.scenario]);
            return Err(vec![Problem::of_file(loaded.file.as_str(), "unknown", message)]);
        };
        load::errors(read.place(&read.value.problems(Some(&scenario)), ""))?;
        let title = scenario.title.clone();
        if self.open_session(&read.value) {
            self.tell(tf("files.session {} {}", &[&title, &read.value.actions.len()]));
        }
        Ok(())
    }
}
