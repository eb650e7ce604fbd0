//! Manifests as people write them: what becomes of each is kept beside it, `NAME.ron` for the plan and `NAME.txt` for what
//! is listed; `UPDATE=1 cargo test manifests` writes what comes out now.

mod crds;
mod generated;
mod lifelike;
mod mutations;
mod named;
mod public;
mod refused;
mod shapes;
mod whole;

use std::fs;
use std::path::{Path, PathBuf};

use rollout_lab::control::Plan;
use rollout_lab::library::{parse_options, shipped};
use rollout_lab::manifest::{Exported, FORMATS, Finding, Imported, Table, differences, export, import};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join("manifests")
}

/// Names and texts of all manifests, sorted.
fn manifests() -> Vec<(String, String)> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<(String, String)> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "json"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn imported(file: &str, text: &str) -> Imported {
    import(file, text, &Table::default()).unwrap_or_else(|problems| panic!("{file}: {problems:?}"))
}

fn kept(place: &Path, ending: &str, now: &str, wrong: &mut Vec<String>, same: impl Fn(&str) -> bool) {
    let file = place.with_extension(ending);
    let file = file.display();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(place.with_extension(ending), now).unwrap();
    } else if !fs::read_to_string(place.with_extension(ending)).is_ok_and(|kept| same(&kept)) {
        wrong.push(format!("{file} is not what comes out now:\n{now}"));
    }
}

/// Compares a plan and what is said of its manifest with what is kept beside the manifest at `place`.
fn keep(place: &Path, plan: &Plan, findings: &[Finding], wrong: &mut Vec<String>) {
    let pretty = ron::ser::PrettyConfig::default().new_line("\n");
    let ron = parse_options().to_string_pretty(plan, pretty).unwrap() + "\n";
    kept(place, "ron", &ron, wrong, |kept| {
        parse_options().from_str::<Plan>(kept).ok().as_ref() == Some(plan)
    });
    let list: String = findings
        .iter()
        .map(|f| format!("{}:{} {:?} {}: {}\n", f.line, f.column, f.kind, f.path, f.message))
        .collect();
    kept(place, "txt", &list, wrong, |kept| kept == list);
}

#[test]
fn every_manifest_becomes_the_plan_kept_beside_it() {
    let mut wrong = Vec::new();
    for (name, text) in manifests() {
        let Imported { plan, findings, .. } = imported(&name, &text);
        let errors: Vec<_> = plan.problems(None);
        assert_eq!(errors, [], "{name}");
        keep(&folder().join(&name), &plan, &findings, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each line taken out or cut short gives an answer, never a panic.
#[test]
fn no_part_of_a_manifest_makes_a_panic() {
    for (name, text) in manifests() {
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            let without: Vec<&str> =
                lines.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, l)| *l).collect();
            let _ = import(&name, &without.join("\n"), &Table::default());
            let cut = lines[at].split(':').next().unwrap_or_default();
            let mut other = lines.clone();
            let odd = format!("{cut}: [~, -1, {{}}, \"x\"]");
            other[at] = &odd;
            let _ = import(&name, &other.join("\n"), &Table::default());
            let empty = format!("{cut}:");
            other[at] = &empty;
            let _ = import(&name, &other.join("\n"), &Table::default());
        }
    }
}

/// A plan in the format that can say most of it; why not, when none can say anything.
fn best(plan: &Plan) -> Result<Exported, String> {
    let (mut written, mut refused) = (Vec::new(), String::new());
    for format in FORMATS {
        match export(plan, format) {
            Ok(exported) => written.push(exported),
            Err(why) => refused += &format!("{why}; "),
        }
    }
    written.into_iter().min_by_key(|exported| exported.unsaid.len()).ok_or(refused)
}

#[test]
fn what_was_imported_is_written_and_read_again_as_the_same_plan() {
    for (name, text) in manifests() {
        let Imported { plan, .. } = imported(&name, &text);
        let exported = best(&plan).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(exported.unsaid, Vec::<String>::new(), "{name}\n{}", exported.text);
        let again = imported(&name, &exported.text);
        assert_eq!(differences(&plan, &again.plan), Vec::<String>::new(), "{name}\n{}", exported.text);
    }
}

/// Plans from all over: the manifests of this folder and the shipped plans.
fn plans() -> Vec<(String, Plan)> {
    let of_manifests = manifests().into_iter().map(|(name, text)| {
        let plan = imported(&name, &text).plan;
        (name, plan)
    });
    let shipped = shipped::files().iter().filter_map(|(path, text)| {
        parse_options().from_str::<Plan>(text).ok().map(|plan| ((*path).to_owned(), plan))
    });
    of_manifests.chain(shipped).collect()
}

#[test]
fn every_format_says_some_plan_in_full_and_reads_it_back_as_the_same_plan() {
    let plans = plans();
    for format in FORMATS {
        let mut whole = 0;
        for (name, plan) in &plans {
            let Ok(exported) = export(plan, format) else { continue };
            let again = import(name, &exported.text, &Table::default());
            let again = again.unwrap_or_else(|problems| panic!("{}: {name}: {problems:?}", format.name));
            let differs = differences(plan, &again.plan);
            assert!(
                differs.iter().all(|line| exported.unsaid.contains(line)),
                "{}: {name}: {differs:?}",
                format.name
            );
            whole += usize::from(exported.unsaid.is_empty());
        }
        assert!(whole > 0, "{} says none of {} plans in full", format.name, plans.len());
        for told in [format.name, format.title, format.writes, format.reads, format.main] {
            assert!(!told.is_empty(), "{}", format.name);
        }
    }
}

#[test]
fn every_shipped_plan_is_written_with_what_cannot_be_said_or_refused_with_a_reason() {
    let mut written = 0;
    for (path, text) in shipped::files() {
        let Ok(plan) = parse_options().from_str::<Plan>(text) else { continue };
        match best(&plan) {
            Ok(exported) => {
                written += 1;
                let first = imported(path, &exported.text).plan;
                let second = best(&first).unwrap();
                assert_eq!(second.unsaid, Vec::<String>::new(), "{path}\n{}", second.text);
                assert_eq!(imported(path, &second.text).plan, first, "{path}");
            }
            Err(why) => {
                assert!(why.contains("--to argo") || why.contains("write the plan as"), "{path}: {why}")
            }
        }
    }
    assert!(written >= 12, "only {written} plans could be written");
}

/// The exercise about a manifest begins with what becomes of it.
#[test]
fn the_exercise_about_a_manifest_starts_from_its_import() {
    let text = |path: &str| shipped::find_text(path).unwrap_or_else(|problem| panic!("{problem:?}")).text;
    let manifest = text("exercises/09-their-manifest/rollout.yaml");
    let starter: Plan = parse_options().from_str(&text("their-manifest/starter")).unwrap();
    let found = imported("rollout.yaml", &manifest);
    assert_eq!(differences(&found.plan, &starter), Vec::<String>::new());
    assert!(text("exercises/09-their-manifest/brief.md").contains(&manifest), "the brief shows it");
}
