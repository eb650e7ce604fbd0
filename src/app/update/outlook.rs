//! Works out, in the background, what the plan that is being written comes to: in this world on a thread of its own, one plan after the
//! other, so that nothing else stands before it. The newest plan counts, and what was written while one was tried is passed over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::model::Lab;
use crate::app::model::jobs::Done;
use crate::app::model::outlook::{Band, Glance, RESTS};
use crate::exercise::{Grading, HandIn, grade};

impl Lab {
    /// Asks about the plan of the run, then about each plan that is written, and about all cases once that rests. Nothing happens
    /// without threads, which would make the window wait.
    pub(in crate::app) fn follow_outlook(&mut self) {
        let now = self.clock;
        if self.duty.is_some() {
            // What a case is must not be told before all are done.
            return;
        }
        let Some(run) = self.run.as_mut().filter(|run| self.start.threads && run.may_look_ahead()) else {
            return;
        };
        let is_first = run.outlook.asked.is_none();
        let Some(plan) = (if is_first { Some(&run.plan) } else { run.editor.playable() }) else { return };
        let asked = run.outlook.asked.as_ref();
        if asked.is_none_or(|(asked, _)| asked != plan) {
            if let Some(is_overtaken) = &run.outlook.trying {
                // The newest plan is tried next, whatever was written between.
                is_overtaken.store(true, Ordering::Relaxed);
                return;
            }
            let is_overtaken = Arc::new(AtomicBool::new(false));
            run.outlook.trying = Some(Arc::clone(&is_overtaken));
            let plan = plan.clone();
            let number = run.outlook.next();
            run.outlook.asked = Some((plan.clone(), now));
            run.outlook.wants_band = run.entry().is_some();
            run.outlook.band = None;
            let (scenario, case, seed) = (Arc::clone(&run.scenario), run.case.1.clone(), run.seed);
            self.jobs.begin_telling(move |tell| {
                let mut show = |glance| {
                    tell(Done::GlanceSoFar(number, Box::new(glance)));
                    // What all others are compared with is wanted whole.
                    is_first || !is_overtaken.load(Ordering::Relaxed)
                };
                let glance = Glance::of((&scenario, &case, seed), &plan, &mut show);
                Done::Glance(number, glance.map(Box::new))
            });
            return;
        }
        let rests = asked.is_some_and(|(_, since)| now >= *since + RESTS);
        if let Some(entry) = run.entry().cloned().filter(|_| rests && run.outlook.wants_band) {
            run.outlook.wants_band = false;
            let (number, plan) = (run.outlook.latest.load(Ordering::Relaxed), plan.clone());
            let latest = Arc::clone(&run.outlook.latest);
            self.jobs.begin(move || {
                let how = Grading { seeds: Some(1), ..Grading::default() };
                let hand_in = HandIn::of_plan("", plan);
                let is_wanted = latest.load(Ordering::Relaxed) == number;
                let verdict = is_wanted
                    .then(|| grade(&entry.exercise, &entry.scenario, &entry.starter, &hand_in, &how).ok())
                    .flatten();
                Done::Band(number, verdict.map(|verdict| Band::of(&verdict)))
            });
        }
    }

    /// Takes in what a plan has come to in this world so far.
    pub(in crate::app) fn take_glance(&mut self, number: u64, glance: Box<Glance>) {
        if let Some(run) = self.run.as_mut().filter(|run| run.outlook.is_latest(number)) {
            run.outlook.now = Some(Arc::from(glance));
        }
    }

    /// Takes in what a plan comes to in this world.
    pub(in crate::app) fn finish_glance(&mut self, number: u64, glance: Option<Box<Glance>>) {
        let Some(run) = &mut self.run else { return };
        run.outlook.trying = None;
        let glance = glance.map(Arc::from);
        // The first question is about the plan of the run.
        if run.outlook.base.is_none() && number == 1 {
            run.outlook.base.clone_from(&glance);
        }
        if run.outlook.is_latest(number) {
            run.outlook.now = glance;
        }
    }

    /// Takes in what a plan comes to over all cases.
    pub(in crate::app) fn finish_band(&mut self, number: u64, band: Option<Band>) {
        if let Some(run) = self.run.as_mut().filter(|run| run.outlook.is_latest(number)) {
            run.outlook.band = band;
        }
    }
}
