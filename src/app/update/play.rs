//! The orders to the player of the open run. Before time passes for the first time, the learner is asked for a prediction.

use crate::app::model::Lab;
use crate::app::model::notes::Forecast;
use crate::app::model::order::Order;

impl Lab {
    /// Applies an order. One that lets time pass in a run of which nothing was seen first asks the question of the exercise; given
    /// again while that is being asked, it skips the question.
    pub(in crate::app) fn play(&mut self, order: Order) {
        if self.refused_on_duty(&order) {
            return;
        }
        let Some(run) = &mut self.run else { return };
        let sets_off = match order {
            Order::Play => true,
            Order::Toggle => !run.player.snapshot().is_playing,
            _ => false,
        };
        if sets_off && run.asks_first() {
            if !run.notes.predicts {
                run.notes.predicts = true;
                return;
            }
            run.notes.forecast = Forecast::Skipped;
        }
        run.notes.predicts = false;
        run.player.order(order);
        run.follow_player();
    }

    /// Leaves the introduction's run for another of the same scenario.
    pub(in crate::app) fn leave_introduction(&mut self) {
        if let Some(run) = &mut self.run {
            run.introduction = None;
        }
    }
}
