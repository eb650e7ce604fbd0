//! The users of a release's flag: each is a dot in the bucket that the flag's hash puts them into, and is lit once the share of the
//! rollout has reached it. The share grows from the left, so a user who is in stays in.

use egui::text::{LayoutJob, TextWrapping};
use egui::{FontId, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetType, pos2};

use crate::app::model::run::Run;
use crate::app::model::world::World;
use crate::app::texts::tf;
use crate::app::view::theme::Theme;
use crate::flags::hash::{BASIS_POINTS, user_bucket};
use crate::scenario::Stickiness;

/// Its height, in points.
const HEIGHT: f32 = 46.0;

/// The least room that the stage keeps beside it, in points.
const LEAST: f32 = 240.0;

/// How many users are shown.
const USERS: u32 = 200;

/// Lines of dots, so that users of near buckets do not cover one another.
const LINES: u32 = 5;

/// The flag that guards the release of a run, and how far it is on.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct FlagStrip {
    /// The flag's name.
    pub name: String,
    /// The group that its users' buckets go by.
    group: String,
    /// Buckets that are on, of 10,000.
    on: u32,
}

impl FlagStrip {
    /// The strip of a run; `None` where no flag guards its release, or the flag does not go by users.
    pub fn of(run: &Run, world: &World) -> Option<Self> {
        let release = run.case.1.release.as_deref()?;
        let release = run.scenario.releases.iter().find(|other| other.name == release)?;
        let name = release.flag.clone()?;
        let rule = run.plan.flag_rules.iter().find(|rule| rule.name == name);
        if rule.is_some_and(|rule| rule.stickiness != Stickiness::User) {
            return None;
        }
        let group = rule.and_then(|rule| rule.group.clone()).unwrap_or_else(|| name.clone());
        let (_, share) = world.flags.iter().find(|(flag, _)| *flag == name)?;
        let on = (share * f64::from(BASIS_POINTS)).round() as u32;
        Some(Self { name, group, on })
    }

    /// The users whom the flag is on for.
    pub fn lit(&self) -> Vec<u32> {
        (0..USERS).filter(|user| user_bucket(&self.group, *user) <= self.on).collect()
    }

    /// What it shows, in short.
    fn title(&self) -> String {
        tf("stage.flag_on {} {} {}", &[&self.name, &self.lit().len(), &USERS])
    }

    /// What it shows, in a sentence.
    pub fn said(&self) -> String {
        tf("stage.flag_strip {}", &[&self.title()])
    }
}

/// Cuts the strip's place from the bottom of the stage's; none where too little would be left.
pub(super) fn split(rect: Rect) -> (Rect, Option<Rect>) {
    if rect.height() < HEIGHT + LEAST {
        return (rect, None);
    }
    let (stage, strip) = rect.split_top_bottom_at_y(rect.bottom() - HEIGHT);
    (stage, Some(strip))
}

/// Draws it.
pub(super) fn show(ui: &Ui, rect: Rect, theme: &Theme, strip: &FlagStrip) {
    let said = strip.said();
    let response = ui.interact(rect, ui.id().with("flag strip"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &said));
    response.on_hover_text(&said);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.panel);
    painter.hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme.line));
    let inner = rect.shrink2(Vec2::new(12.0, 4.0));
    let mut job = LayoutJob::simple_singleline(strip.title(), FontId::proportional(11.5), theme.mute);
    job.wrap = TextWrapping::truncate_at_width(inner.width().max(24.0));
    let galley = painter.layout_job(job);
    painter.galley(inner.left_top(), galley, theme.mute);
    let at = |bucket: u32| inner.left() + inner.width() * bucket as f32 / BASIS_POINTS as f32;
    let (top, bottom) = (inner.top() + 18.0, inner.bottom());
    let place = |user: u32, bucket: u32| {
        let line = (user % LINES) as f32 / (LINES - 1) as f32;
        pos2(at(bucket), top + line * (bottom - top - 2.0))
    };
    for user in 0..USERS {
        let bucket = user_bucket(&strip.group, user);
        let center = place(user, bucket);
        if bucket <= strip.on {
            painter.circle_filled(center, 2.2, theme.candidate);
        } else {
            painter.circle_stroke(center, 1.8, Stroke::new(1.0, theme.faint));
        }
    }
    painter.vline(at(strip.on), top - 2.0..=bottom + 1.0, Stroke::new(1.0, theme.candidate));
}
