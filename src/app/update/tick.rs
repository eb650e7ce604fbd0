//! Advances the lab by the wall time of a frame.

use std::time::Duration;

use crate::app::model::Lab;

impl Lab {
    /// Advances the lab by wall time: takes in the results of the player and the jobs.
    pub fn tick(&mut self, wall: Duration) {
        self.clock += wall;
        self.drop_old_notices();
        self.keep_plan_in_time();
        if let Some(run) = &mut self.run {
            run.player.pump(wall);
            run.follow_player();
            run.notes.was_played_out |= run.player.snapshot().is_over();
        }
        self.say_what_is_spent();
        self.save_played_plan();
        self.follow_duty();
        self.keep_session();
        self.follow_disk();
        self.follow_dialog();
        self.follow_welcome();
        self.follow_class();
        for command in self.jobs.done() {
            self.finish(command);
        }
        self.follow_outlook();
        self.follow_author();
    }

    /// Says once why a run that takes too much has ended before its time.
    fn say_what_is_spent(&mut self) {
        let Some(run) = &mut self.run else { return };
        let spent = run.player.snapshot().record.spent;
        if run.told_spent == spent {
            return;
        }
        run.told_spent = spent;
        if let Some(spent) = spent {
            self.trouble(spent.to_string());
        }
    }
}
