//! Everything wrong with the meaning of an incident file, found at once.

use super::super::session::names_of_case;
use super::super::{HandAction, hand_problems};
use super::{FORMAT, Figure, Incident};
use crate::control::Plan;
use crate::engine::Time;
use crate::scenario::{Issue, Scenario};
use crate::sim::Suspect;

impl Incident {
    /// Everything wrong with this incident, each with its field path, in the scenario and under the naive plan beside it.
    pub fn problems(&self, scenario: &Scenario, naive: &Plan) -> Vec<Issue> {
        let mut found = Vec::new();
        if self.format != FORMAT {
            let message = format!("format {} is not known; this build reads format {FORMAT}", self.format);
            found.push(Issue::error("format", "format", message));
        }
        let texts = [
            ("title", &self.title),
            ("happened", &self.happened),
            ("lesson", &self.lesson),
            ("source", &self.source),
            ("simplified", &self.simplified),
        ];
        for (path, _) in texts.into_iter().filter(|(_, text)| text.trim().is_empty()) {
            found.push(Issue::error(path, "empty", format!("the field {path} is empty; write it")));
        }
        if self.day().is_none() {
            let message = format!("\"{}\" is no day; write year, month and day as 2012-08-01", self.date);
            found.push(Issue::error("date", "date", message));
        }
        for (path, is_empty, what) in [
            ("to_try", self.to_try.is_empty(), "nothing to try"),
            ("figures", self.figures.is_empty(), "no published figure"),
            ("order", self.order.is_empty(), "no order of moments"),
        ] {
            if is_empty {
                found.push(Issue::error(path, "empty", format!("{what}; write one at least")));
            }
        }
        for (index, figure) in self.figures.iter().enumerate() {
            if figure.published() <= 0.0 {
                let message = "a published figure is above zero, since a run must come within a fifth of it";
                found.push(Issue::error(format!("figures[{index}].published"), "out-of-range", message));
            }
            if let Figure::Failed { cohort: Some(cohort), .. } = figure {
                let names = scenario.clients.cohorts.iter().map(|cohort| cohort.name.as_str());
                if !names.clone().any(|name| name == cohort) {
                    let path = format!("figures[{index}].cohort");
                    found.push(Issue::unknown(path, "cohort", cohort, names));
                }
            }
            if let Figure::Requests { one_for: 0, .. } = figure {
                let message = "one request stands for one real request at least; write 1 or more";
                found.push(Issue::error(format!("figures[{index}].one_for"), "out-of-range", message));
            }
        }
        names_of_case(&self.case, scenario, &mut found);
        let by_hand = hand_problems(&self.by_hand, naive, Some((scenario, self.case.term.bake)));
        found.extend(
            by_hand
                .into_iter()
                .map(|issue| Issue { path: issue.path.replacen("actions", "by_hand", 1), ..issue }),
        );
        self.watch_problems(scenario, naive, &mut found);
        found
    }

    /// Everything wrong with how it is met on duty.
    fn watch_problems(&self, scenario: &Scenario, naive: &Plan, found: &mut Vec<Issue>) {
        let watch = &self.watch;
        if watch.causes.is_empty() {
            let message = "nothing is right to name; write what is wrong on the day of the incident";
            found.push(Issue::error("watch.causes", "empty", message));
        }
        let services = || scenario.services.iter().map(|service| service.name.as_str());
        for (index, cause) in watch.causes.iter().enumerate() {
            if let Suspect::Service(name) = cause
                && !services().any(|service| service == name)
            {
                found.push(Issue::unknown(format!("watch.causes[{index}]"), "service", name, services()));
            }
        }
        let shapes = || scenario.traffic.iter().map(|traffic| traffic.name.as_str());
        if let Some(name) = watch.calm_traffic.as_ref().filter(|name| !shapes().any(|shape| shape == *name)) {
            found.push(Issue::unknown("watch.calm_traffic", "traffic shape", name, shapes()));
        }
        for (index, remedy) in watch.response.iter().enumerate() {
            let hands: Vec<HandAction> =
                remedy.actions.iter().map(|action| HandAction::new(Time::ZERO, action.clone())).collect();
            let at = format!("watch.response[{index}].do");
            found.extend(
                hand_problems(&hands, naive, Some((scenario, self.case.term.bake))).into_iter().map(
                    |issue| Issue {
                        path: issue.path.replacen("actions", &at, 1).replacen(".action", "", 1),
                        ..issue
                    },
                ),
            );
        }
    }

    /// The day as people write it, such as `1 August 2012`; `None` when the date is no day.
    pub fn day(&self) -> Option<String> {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let parts: Vec<&str> = self.date.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return None };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let (year, month, day): (u32, usize, u32) =
            (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        let name = MONTHS.get(month.checked_sub(1)?)?;
        (1..=31).contains(&day).then(|| format!("{day} {name} {year}"))
    }
}
