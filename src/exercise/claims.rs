//! Compares what a session claims about itself with its content and its run.

use super::verdict::ENGINE_VERSION;
use super::{Session, play};
use crate::scenario::{Issue, Scenario, Severity};

impl Session {
    /// The false claims of this session, as sentences. A claimed digest is checked by a run.
    ///
    /// # Errors
    /// What is wrong with its case, when it cannot be run.
    pub(super) fn false_claims(&self, scenario: &Scenario) -> Result<Vec<String>, Vec<Issue>> {
        let mut found = Vec::new();
        if self.is_unchanged() == Some(false) {
            found.push(
                "The session was changed after it was saved: its hash is not that of its content.".to_owned(),
            );
        }
        let Some(claimed) = &self.digest else { return Ok(found) };
        let problems = self.problems(Some(scenario));
        if let Some(issue) = problems.iter().find(|issue| issue.severity == Severity::Error) {
            found.push(format!(
                "The session's own run cannot be repeated: {}: {}.",
                issue.path, issue.message
            ));
            return Ok(found);
        }
        let record = play(scenario, &self.case, &self.plan, &self.actions, self.seed)?;
        if record.digest != *claimed {
            let recorded = self.engine_version.as_deref().filter(|version| *version != ENGINE_VERSION);
            let by = recorded.map_or_else(String::new, |version| {
                format!(" It was recorded by engine {version}, this is {ENGINE_VERSION}.")
            });
            found.push(format!(
                "The session claims the digest {claimed}, and its run has {}.{by} The grade rests on the plan and the \
                 actions alone.",
                record.digest
            ));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, session};
    use super::*;
    use crate::sim::Case;

    #[test]
    fn a_false_digest_is_told_and_a_true_one_is_not() {
        let scenario = sample::scenario();
        let digest = play(&scenario, &Case::default(), &sample::plan(), &[], 7).unwrap().digest;
        let mut claims = Session { digest: Some(digest), ..session() };
        assert_eq!(claims.false_claims(&scenario).unwrap(), Vec::<String>::new());
        claims.digest = Some("0123456789abcdef".to_owned());
        let told = claims.clone().sealed().false_claims(&scenario).unwrap();
        assert!(told.len() == 1 && told[0].contains("claims the digest 0123456789abcdef"), "{told:?}");
        claims.hash = Some("00".to_owned());
        assert_eq!(claims.false_claims(&scenario).unwrap().len(), 2);
    }
}
