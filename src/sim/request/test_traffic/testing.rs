//! A test sends its requests, and counts their answers.

use super::TestRun;
use crate::engine::Span;
use crate::sim::Cause;
use crate::sim::action::Pool;
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::observation::TestReport;
use crate::sim::request::hop::{Hop, NONE, Stage, mark};
use crate::sim::simulation::Simulation;

/// User of all test requests: beyond the real ones, so that no real user is counted.
const TEST_USER: u32 = u32::MAX;

impl Simulation {
    /// Begins a test: its requests are sent evenly over a time.
    pub(in crate::sim) fn begin_test(&mut self, pool: Pool, requests: u32, over: Span, id: u32) {
        let gap = over / u64::from(requests.max(1));
        let luck = self.draws.test.child(pool.index() as u64).child(self.now.0);
        let run = TestRun {
            id,
            pool,
            left: requests,
            gap,
            sent: 0,
            passed: 0,
            failed: 0,
            finds_defect: false,
            requests,
            luck,
        };
        self.tests.runs.push(run);
        let test = self.tests.runs.len() as u16 - 1;
        self.agenda.book(self.now, class::DECIDE, Event::Test { test });
    }

    /// Sends the next request of a test.
    pub(in crate::sim) fn send_test(&mut self, test: u16) {
        let run = &mut self.tests.runs[usize::from(test)];
        if run.left == 0 {
            return;
        }
        run.left -= 1;
        run.sent += 1;
        let (pool, gap, more, luck) = (run.pool, run.gap, run.left > 0, run.luck.bits(u64::from(run.sent)));
        if more {
            self.agenda.book(self.now + gap, class::DECIDE, Event::Test { test });
        }
        let kind = self.kind_of(luck);
        let slot = self.hops.add(Hop {
            luck,
            first: self.now,
            arrived: self.now,
            parent: NONE,
            child: NONE,
            instance: NONE,
            user: TEST_USER,
            marks: mark::TEST,
            test,
            stage: Stage::Travelling,
            service: self.world.target,
            kind,
            flags: u8::MAX,
            pool: pool.index() as u8,
            ..Hop::default()
        });
        self.send(slot);
    }

    /// Counts the answer to a test request, with why it failed if it did; the last one ends the test.
    pub(in crate::sim) fn count_test(&mut self, test: u16, failed: Option<Cause>) {
        let run = &mut self.tests.runs[usize::from(test)];
        run.passed += u32::from(failed.is_none());
        run.failed += u32::from(failed.is_some());
        run.finds_defect |= failed.is_some_and(Cause::is_of_release);
        if run.passed + run.failed < run.requests {
            return;
        }
        let (pool, id, passed, failed) = (run.pool, run.id, run.passed, run.failed);
        if failed > 0 {
            self.recorder.rollout.sign(self.now, run.finds_defect);
        }
        self.note(What::Tested { pool, passed, failed }, "");
        self.tests.reports.push(TestReport { id, passed, failed });
    }
}
