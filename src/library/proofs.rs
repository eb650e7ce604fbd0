//! The proof that is kept beside an exercise.

use std::path::Path;

use super::disk::save_atomic;
use super::load::{Read, read};
use super::problem::Problem;
use super::read::parse_options;
use super::shipped::FolderFiles;
use crate::exercise::prove::{PROOF_FILE, Proof};

/// The proof among an exercise's files; none when there is none.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn proof_of(files: &FolderFiles) -> Result<Option<Read<Proof>>, Vec<Problem>> {
    files.file(PROOF_FILE).map(read::<Proof>).transpose()
}

/// Keeps `proof` in `folder`, with a line for each plan and each part; an earlier one is replaced.
///
/// # Errors
/// When the file cannot be saved; the old one is then as it was.
pub fn save_proof(folder: &str, proof: &Proof) -> Result<(), Problem> {
    let path = Path::new(folder).join(PROOF_FILE);
    let problem = |message: String| Problem::of_file(path.display().to_string(), "cannot-save", message);
    let layout = ron::ser::PrettyConfig::default().new_line("\n").depth_limit(2);
    let text = parse_options().to_string_pretty(proof, layout);
    let text = text.map_err(|error| problem(format!("the proof cannot be written: {error}")))?;
    let head = "// Made by `rollout-lab check --prove`; made anew whenever the exercise, its scenario or its plans change.\n";
    save_atomic(&path, format!("{head}{text}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::folder::is_taken;
    use super::*;
    use crate::exercise::prove::{FORMAT, PartRow, PlanRow, Role, SearchResult};
    use crate::library::shipped::exercise_files;

    #[test]
    fn a_proof_that_is_kept_comes_back() {
        let row = PlanRow {
            plan: "solution.ron".into(),
            role: Role::Solution,
            scores: vec![91.25, 100.0],
            passes: 2,
            worst: 21.25,
            best: 30.0,
            points: vec![60.0, 31.25],
            refused: None,
        };
        let part = PartRow { what: "a removed".into(), paths: vec!["a".into()], costs: 3.0, passes: (0, 2) };
        let proof = Proof {
            format: FORMAT,
            exercise: "first".into(),
            engine: "0.1.0".into(),
            rests_on: "00".into(),
            sets: 2,
            seeds: None,
            criteria: vec!["caught".into(), "in-time".into()],
            plans: vec![row],
            parts: vec![part],
            search: SearchResult { quantiles: vec![1.0, 2.0], ..SearchResult::default() },
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("first");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("exercise.ron"), "(x)").unwrap();
        let name = path.display().to_string();
        assert!(proof_of(&exercise_files(&name).unwrap()).unwrap().is_none());
        save_proof(&name, &proof).unwrap();
        assert!(is_taken(&path.join(PROOF_FILE)));
        let kept = proof_of(&exercise_files(&name).unwrap()).unwrap().map(|read| read.value);
        assert_eq!(kept, Some(proof));
    }
}
