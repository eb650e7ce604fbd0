//! Checks that a plan writes once and uses by name, in as many analyses as it likes (Argo Rollouts `AnalysisTemplate`).
//!
//! What decides knows no names: [`Plan::written_out`] puts the checks where they are used. Files, forms and manifests keep the
//! names.

use std::borrow::Cow;
use std::mem::take;

use super::check_list::CheckList;
use super::{Check, NamedCheck, Plan};
use crate::engine::Span;
use crate::scenario::Issue;

impl NamedCheck {
    /// The check that it stands for, of those that the plan has; none when no check bears the name.
    pub fn of(&self, checks: &[Check]) -> Option<Check> {
        let own = checks.iter().find(|check| check.name == self.check)?.clone();
        Some(Check {
            name: self.name.clone().unwrap_or(own.name),
            query: self.query.clone().unwrap_or(own.query),
            pass: self.pass.clone().unwrap_or(own.pass),
            against: self.against.clone().or(own.against),
            fail: self.fail.clone().or(own.fail),
            interval: self.interval.unwrap_or(own.interval),
            initial_delay: self.initial_delay.unwrap_or(own.initial_delay),
            count: self.count.or(own.count),
            failure_limit: self.failure_limit.unwrap_or(own.failure_limit),
            inconclusive_limit: self.inconclusive_limit.unwrap_or(own.inconclusive_limit),
            consecutive_error_limit: self.consecutive_error_limit.unwrap_or(own.consecutive_error_limit),
            consecutive_success_limit: self
                .consecutive_success_limit
                .unwrap_or(own.consecutive_success_limit),
            no_data: self.no_data.unwrap_or(own.no_data),
            min_requests: self.min_requests.unwrap_or(own.min_requests),
            dry_run: self.dry_run.unwrap_or(own.dry_run),
        })
    }

    /// The use of `own` that gives `wanted`; none where it takes something away that `own` has, such as its count.
    pub fn between(own: &Check, wanted: &Check) -> Option<Self> {
        fn other<T: Clone + PartialEq>(own: &T, wanted: &T) -> Option<T> {
            (own != wanted).then(|| wanted.clone())
        }
        let used = Self {
            check: own.name.clone(),
            name: other(&own.name, &wanted.name),
            query: other(&own.query, &wanted.query),
            pass: other(&own.pass, &wanted.pass),
            against: other(&own.against, &wanted.against).flatten(),
            fail: other(&own.fail, &wanted.fail).flatten(),
            interval: other(&own.interval, &wanted.interval),
            initial_delay: other(&own.initial_delay, &wanted.initial_delay),
            count: other(&own.count, &wanted.count).flatten(),
            failure_limit: other(&own.failure_limit, &wanted.failure_limit),
            inconclusive_limit: other(&own.inconclusive_limit, &wanted.inconclusive_limit),
            consecutive_error_limit: other(&own.consecutive_error_limit, &wanted.consecutive_error_limit),
            consecutive_success_limit: other(
                &own.consecutive_success_limit,
                &wanted.consecutive_success_limit,
            ),
            no_data: other(&own.no_data, &wanted.no_data),
            min_requests: other(&own.min_requests, &wanted.min_requests),
            dry_run: other(&own.dry_run, &wanted.dry_run),
        };
        (used.of(std::slice::from_ref(own)).as_ref() == Some(wanted)).then_some(used)
    }

    /// Whether it says `field` itself, in place of the check.
    fn gives(&self, field: &str) -> bool {
        let written = serde_json::to_value(self).unwrap_or_default();
        written.get(field).is_some_and(|value| !value.is_null())
    }
}

/// Where the checks of a plan that is written out stand in the plan as its author wrote it.
#[derive(Debug, Default)]
pub(super) struct Origins(Vec<ListOrigin>);

#[derive(Debug)]
struct ListOrigin {
    path: String,
    /// The use behind each of the first checks, with its position in `named` and that of its check among the plan's.
    uses: Vec<(usize, usize, NamedCheck)>,
}

impl Origins {
    /// The issue at the place that its author wrote: at the use of a name where this says the field itself, else at the check
    /// that the name stands for.
    pub fn placed(&self, issue: Issue) -> Issue {
        let found = self.0.iter().find_map(|list| Some((list, list.rest(&issue.path)?)));
        let Some((list, (index, rest))) = found else { return issue };
        let path = match list.uses.get(index) {
            None => format!("{}.checks[{}]{rest}", list.path, index - list.uses.len()),
            Some((place, of, used)) => {
                let field = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
                match field {
                    "" => format!("{}.named[{place}]", list.path),
                    "name" if used.name.is_none() => format!("{}.named[{place}].check", list.path),
                    field if used.gives(field) => format!("{}.named[{place}]{rest}", list.path),
                    _ => format!("checks[{of}]{rest}"),
                }
            }
        };
        Issue { path, ..issue }
    }
}

impl ListOrigin {
    /// The position of the check that `path` leads into, and the way from there.
    fn rest<'a>(&self, path: &'a str) -> Option<(usize, &'a str)> {
        let inside = path.strip_prefix(&self.path)?.strip_prefix(".checks[")?;
        let (index, rest) = inside.split_once(']')?;
        Some((index.parse().ok()?, rest))
    }
}

impl Plan {
    /// The same plan with every check where it is used, and no names. It decides the same; a name that no check bears is left
    /// out.
    pub fn written_out(&self) -> Cow<'_, Self> {
        self.with_origins().0
    }

    /// The plan written out, and where its checks came from.
    pub(super) fn with_origins(&self) -> (Cow<'_, Self>, Origins) {
        if self.checks.is_empty() {
            return (Cow::Borrowed(self), Origins::default());
        }
        let mut plan = self.clone();
        let checks = take(&mut plan.checks);
        let position = |name: &str| checks.iter().position(|check| check.name == name);
        let mut origins = Vec::new();
        for list in plan.check_lists() {
            let (mut uses, mut made) = (Vec::new(), Vec::new());
            for (place, used) in take(list.named).into_iter().enumerate() {
                if let (Some(of), Some(check)) = (position(&used.check), used.of(&checks)) {
                    uses.push((place, of, used));
                    made.push(check);
                }
            }
            list.checks.splice(0..0, made);
            origins.push(ListOrigin { path: list.path, uses });
        }
        (Cow::Owned(plan), Origins(origins))
    }

    /// The lists of checks that its author writes: beside the rollout, and in its strategy.
    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        let beside = self.analysis.iter_mut().map(|analysis| analysis.check_list("analysis"));
        beside.chain(self.strategy.check_lists()).collect()
    }

    /// Its uses of named checks, in the order of the file, each with the length of its analysis.
    pub fn uses(&self) -> Vec<(NamedCheck, Option<Span>)> {
        let mut plan = self.clone();
        let lists = plan.check_lists();
        let uses =
            lists.into_iter().flat_map(|list| list.named.iter().cloned().map(move |of| (of, list.lasts)));
        uses.collect()
    }

    /// Whether the list of checks at `path` uses a name that no check bears.
    pub(super) fn names_unknown_in(&self, path: &str) -> bool {
        let list = path.strip_suffix(".checks").map(|of| format!("{of}.named["));
        let is_known = |name: &str| self.checks.iter().any(|check| check.name == name);
        self.used_names().iter().any(|(at, name)| {
            !is_known(name) && list.as_ref().is_some_and(|list| at.starts_with(list.as_str()))
        })
    }

    /// The names of checks that it uses, each with the path at which it stands.
    pub(super) fn used_names(&self) -> Vec<(String, String)> {
        let mut plan = self.clone();
        let mut names = Vec::new();
        for list in plan.check_lists() {
            let uses = list.named.iter().enumerate();
            names.extend(
                uses.map(|(at, used)| (format!("{}.named[{at}].check", list.path), used.check.clone())),
            );
        }
        names
    }
}

#[cfg(test)]
mod tests;
