//! The folder that a school's system leaves a submission in.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::entries;
use super::problem::Problem;

/// The one hand-in in `folder`, as a system that receives hand-ins leaves it: a plan, a session or a manifest by the ending of its
/// name, in whatever case. Where `folder` itself holds none, the folders in it are looked at. Other files, links and what begins
/// with a dot do not count.
///
/// # Errors
/// No such file or several, or a folder that cannot be read or holds too much.
pub fn only_hand_in(folder: &Path) -> Result<PathBuf, Problem> {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    let is_hand_in = |path: &PathBuf| {
        let ending =
            path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        HAND_IN_ENDINGS.contains(&ending.as_str()) && path.is_file() && !is_link(path)
    };
    let here = entries(folder)?;
    let mut found: Vec<PathBuf> = here.iter().filter(|path| is_hand_in(path)).cloned().collect();
    if found.is_empty() {
        for inner in here.iter().filter(|path| path.is_dir() && !is_link(path)) {
            found.extend(entries(inner)?.into_iter().filter(is_hand_in));
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let message = format!(
                "the folder holds no hand-in; put one .{} file into it",
                HAND_IN_ENDINGS.join(" or .")
            );
            Err(Problem::of_file(folder.display().to_string(), "not-found", message))
        }
        several => {
            let names: Vec<String> = several.iter().take(5).map(|path| name(path)).collect();
            let more = several.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let message = format!(
                "the folder holds {} hand-ins ({}{more}); hand in one",
                several.len(),
                names.join(", ")
            );
            Err(Problem::of_file(folder.display().to_string(), "several", message))
        }
    }
}

/// Endings of the names of hand-ins.
const HAND_IN_ENDINGS: [&str; 4] = ["ron", "yaml", "yml", "json"];

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_hand_in_of_a_folder_is_found_and_several_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let write = |path: &str| {
            let path = here.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        let refused = || only_hand_in(here).unwrap_err().message;
        ["notes.txt", ".hidden.ron", "README.md"].into_iter().for_each(write);
        assert_eq!(
            refused(),
            "the folder holds no hand-in; put one .ron or .yaml or .yml or .json file into it"
        );
        write("inside/plan.RON");
        assert_eq!(only_hand_in(here).unwrap(), here.join("inside/plan.RON"));
        #[cfg(unix)]
        std::os::unix::fs::symlink(here.join("inside"), here.join("again")).unwrap();
        assert_eq!(only_hand_in(here).unwrap(), here.join("inside/plan.RON"), "a link is not followed");
        write("rollout.yaml");
        assert_eq!(only_hand_in(here).unwrap(), here.join("rollout.yaml"), "what lies deeper counts less");
        write("b.ron");
        assert_eq!(refused(), "the folder holds 2 hand-ins (b.ron, rollout.yaml); hand in one");
    }
}
