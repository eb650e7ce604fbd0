//! What goes into a package, whatever the system.

use crate::library::archive::Packed;

/// What goes into a package.
pub struct Parcel {
    /// Id of the exercise.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its task, in Markdown.
    pub brief: String,
    /// What learners start from, in RON.
    pub starter: String,
    /// Hash of what of it changes scores.
    pub hash: String,
    /// The files that grading needs: their names and texts.
    pub exercise: Vec<(String, String)>,
    /// The program.
    pub binary: Vec<u8>,
    /// The course's secret.
    pub key: Option<String>,
    /// The course.
    pub course: String,
    /// Number of seeds, where it is not the exercise's own.
    pub seeds: Option<u32>,
    /// Name of the image of PrairieLearn's grader.
    pub image: String,
}

impl Parcel {
    /// The files of the exercise in the folder `folder` of the package, and the key beside it.
    pub fn exercise_in(&self, folder: &str) -> impl Iterator<Item = Packed> {
        let inside = self
            .exercise
            .iter()
            .map(move |(name, text)| Packed::text(format!("{folder}exercise/{name}"), text));
        inside.chain(self.key.iter().map(move |key| Packed::text(format!("{folder}course.key"), key)))
    }

    /// A script with its gaps filled as a shell reads them.
    pub fn script(&self, text: &str) -> String {
        let seeds = self.seeds.map_or_else(String::new, |seeds| format!("--seeds {seeds}"));
        // Quotes are always there, so that no name is read as more than a word.
        let course = format!("'{}'", self.course.replace('\'', "'\\''"));
        text.replace("@SEEDS@", &seeds).replace("@COURSE@", &course)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_course_is_more_than_a_word_of_a_script() {
        let parcel = Parcel {
            id: "canary".to_owned(),
            title: String::new(),
            brief: String::new(),
            starter: String::new(),
            hash: String::new(),
            exercise: Vec::new(),
            binary: Vec::new(),
            key: None,
            course: "a'; rm -rf / #$(x)".to_owned(),
            seeds: Some(3),
            image: String::new(),
        };
        assert_eq!(parcel.script("x @SEEDS@ @COURSE@"), "x --seeds 3 'a'\\''; rm -rf / #$(x)'");
    }
}
