//! What happens by itself as wall time passes.

use std::time::Duration;

use crate::app::model::Lab;

impl Lab {
    /// Lets wall time pass: takes in what the player and the jobs have done.
    pub fn tick(&mut self, wall: Duration) {
        self.clock += wall;
        self.drop_old_notices();
        self.keep_plan_in_time();
        if let Some(run) = &mut self.run {
            run.player.pump(wall);
        }
        self.save_played_plan();
        self.keep_session();
        self.follow_disk();
        self.follow_welcome();
        for command in self.jobs.done() {
            self.finish(command);
        }
    }
}
