//! Dependencies between flags.

use super::{Context, Dependency, Feature, FlagSet};

impl FlagSet {
    /// Whether all parents are as the flag asks. A parent that is not there, or that has parents itself, never is
    /// (Unleash client specification 17: one level of dependencies).
    pub(super) fn parents_hold(&self, feature: &Feature, context: &Context) -> bool {
        feature.dependencies.iter().all(|dependency| self.parent_holds(dependency, context))
    }

    fn parent_holds(&self, dependency: &Dependency, context: &Context) -> bool {
        let Some(parent) = self.feature(&dependency.feature) else { return false };
        if !parent.dependencies.is_empty() {
            return false;
        }
        let is_on = self.is_enabled(&parent.name, context);
        if dependency.enabled == Some(false) {
            return !is_on;
        }
        is_on
            && (dependency.variants.is_empty()
                || dependency.variants.contains(&self.variant_for(&parent.name, context).name))
    }

    /// A circle of dependencies that starts and ends at this flag, as names in order; none where there is no circle.
    pub fn cycle(&self, feature: &str) -> Option<Vec<String>> {
        let mut path = vec![feature.to_owned()];
        self.walk(&mut path).then_some(path)
    }

    fn walk(&self, path: &mut Vec<String>) -> bool {
        let Some(feature) = path.last().and_then(|name| self.feature(name)) else { return false };
        for dependency in &feature.dependencies {
            let closes = path[0] == dependency.feature;
            if !closes && path.contains(&dependency.feature) {
                continue;
            }
            path.push(dependency.feature.clone());
            if closes || self.walk(path) {
                return true;
            }
            path.pop();
        }
        false
    }
}
