//! How long an action takes: in short beside its button, and part by part in words.

use egui::{Button, Response, RichText, Ui};

use crate::app::texts::{t, tf};
use crate::app::view::panels::operate::action_pane::ActionPane;
use crate::app::view::widgets;
use crate::control::{LatencyCause, LatencyPart, action_latency};
use crate::exercise::format::lasting;
use crate::sim::{ManualAction, Pool};

/// What an action by hand takes.
pub(super) struct Takes(Vec<LatencyPart>);

impl Takes {
    /// For an action in the present run.
    pub fn of(pane: &ActionPane<'_>, action: &ManualAction) -> Self {
        let pools = &pane.view.world.pools;
        let of =
            |which: Pool| pools.iter().find(|pool| pool.pool == which).map_or(0, |pool| pool.figures.len());
        let standing = match action {
            ManualAction::Scale { pool, .. } => of(*pool),
            _ => Pool::ALL.into_iter().map(of).sum(),
        };
        Self(action_latency(&action.clone().into(), standing as u32, &pane.run.plan, &pane.run.scenario))
    }

    /// In short: `16s`, `≤ 2m15s`, `at once`.
    pub fn short(&self) -> String {
        if self.0.is_empty() {
            return t("takes.at_once").to_owned();
        }
        let all = lasting(self.0.iter().map(|wait| wait.seconds).sum());
        if self.0.iter().any(|wait| wait.is_maximum) { tf("takes.up_to", &[&all]) } else { all }
    }

    /// In a sentence: the whole, and each part.
    pub fn sentence(&self) -> String {
        if self.0.is_empty() {
            return t("takes.nothing").to_owned();
        }
        let parts: Vec<String> = self.0.iter().map(part).collect();
        tf("takes.parts", &[&parts.join(", ")])
    }

    /// Adds it to a button: as hover text, and for screen readers.
    pub fn tell(&self, response: Response) -> Response {
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(self.sentence()));
        response.on_hover_text(self.sentence())
    }
}

/// A wait in words.
fn part(wait: &LatencyPart) -> String {
    let long = lasting(wait.seconds);
    match wait.what {
        LatencyCause::Hands => tf("takes.hands", &[&long]),
        LatencyCause::Strategy => tf("takes.strategy", &[&long]),
        LatencyCause::Proxy => tf("takes.proxy", &[&long]),
        LatencyCause::FlagPoll => tf("takes.flag_poll", &[&long]),
        LatencyCause::FlagPush => tf("takes.flag_push", &[&long]),
        LatencyCause::BackOff => tf("takes.back_off", &[&long]),
        LatencyCause::Start => tf("takes.start", &[&long]),
        LatencyCause::Probe => tf("takes.probe", &[&long]),
        LatencyCause::Known => tf("takes.known", &[&long]),
        LatencyCause::Leave => tf("takes.leave", &[&long]),
    }
}

impl ActionPane<'_> {
    /// A button for an action by hand, with the time that it takes. It is disabled, and says why, where there is a reason, or where the
    /// exercise does not allow the action: a session with it could not be handed in.
    pub(super) fn button(
        &self,
        ui: &mut Ui,
        why_not: Option<&str>,
        text: &str,
        action: &ManualAction,
    ) -> Response {
        let takes = Takes::of(self, action);
        let short = RichText::new(takes.short()).size(10.5).color(self.theme.mute);
        let above = widgets::barred(ui);
        let not_allowed = (!self.run.may_by_hand(action)).then_some(t("operate.not_allowed"));
        let why_not = above.as_deref().or(not_allowed).or(why_not);
        let enabled = why_not.is_none();
        let response = ui.add_enabled(enabled, Button::new(text).right_text(short));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled, text));
        widgets::explained(takes.tell(response), why_not)
    }
}
