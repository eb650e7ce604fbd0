//! Opens the practice run of the introduction, halts it before the decision, and advances when a step is done.

use crate::app::model::Lab;
use crate::app::model::editor::Editor;
use crate::app::model::order::{Order, Speed};
use crate::app::model::practice::{PLAN, Practice, WORLD, plan};
use crate::app::model::subject::Subject;
use crate::app::texts::tf;
use crate::engine::{Span, Time};
use crate::sim::Case;

/// How long before the release may begin the practice run is opened.
const BEFORE: Span = Span::from_secs(20);

/// How fast it is played at first: slow enough that the decision is not missed.
const SPEED: Speed = Speed::Times(30);

impl Lab {
    /// Opens the practice run of the introduction, from its first step on.
    pub(in crate::app) fn begin_introduction(&mut self) {
        let (id, release) = WORLD;
        let Some(mut world) = self.catalog.world(id).cloned() else {
            self.trouble(tf("open.no_scenario", &[&id]));
            return;
        };
        let release = release.to_owned();
        let index = world.scenario.releases.iter().skip(1).position(|one| one.name == release);
        world.case = Some(Case { name: release.clone(), release: Some(release), ..Case::default() });
        self.classroom.leads = false;
        self.saved_plans.open = None;
        let from = world.scenario.release_at.0.saturating_sub(BEFORE.0);
        let subject = Subject::World(world);
        if !self.open(subject.clone(), plan(), index.unwrap_or(0), 1) {
            return;
        }
        self.settings.welcome = 0;
        self.looked = false;
        if let Some(run) = &mut self.run {
            // The learner's own plan for this scenario is left alone.
            run.editor = Editor::new(subject, PLAN);
            run.introduction = Some(Practice { from: Time(from), was_halted: false });
            run.player.order(Order::Speed(SPEED));
            run.player.order(Order::Seek(Time(from)));
        }
    }

    /// Halts time where the introduction asks for a decision, and goes on in it as far as its next steps were done.
    pub(in crate::app) fn follow_welcome(&mut self) {
        if self.halts()
            && let Some(run) = &mut self.run
            && let Some(practice) = &mut run.introduction
        {
            practice.was_halted = true;
            run.player.order(Order::Pause);
        }
        let before = self.settings.welcome;
        while self.is_welcoming() && self.did(self.settings.welcome) {
            self.settings.welcome += 1;
        }
        if self.settings.welcome != before {
            self.keep_settings();
        }
    }
}
