//! A timeline with three bars: the time to detect, to decide and to recover.

use egui::{Align2, Color32, Pos2, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::model::findings::{Findings, Lane};
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;
use crate::exercise::format::lasting;

/// A stretch of time in a lane.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    /// What passed, in words with its length.
    pub name: String,
    /// From when.
    pub from: Time,
    /// Until when; the end of the run when it never happened.
    pub to: Time,
    /// Which of the three.
    pub kind: usize,
}

/// The stretches of a lane, in order: none without harm.
pub(super) fn stretches(lane: &Lane, end: Time) -> Vec<Stretch> {
    let Some(harm) = lane.harm else { return Vec::new() };
    let mut found = Vec::new();
    let mut from = harm;
    let marks = [lane.detected, lane.decided, lane.recovered];
    for (kind, mark) in marks.into_iter().enumerate() {
        let names = [
            (t("debrief.detect"), t("debrief.never_detected")),
            (t("debrief.decide"), t("debrief.never_decided")),
            (t("debrief.recover"), t("debrief.never_recovered")),
        ];
        let Some(to) = mark else {
            // What was never seen but undone all the same was decided without a sign.
            if marks[kind + 1..].iter().any(Option::is_some) {
                continue;
            }
            found.push(Stretch { name: names[kind].1.to_owned(), from, to: end, kind });
            break;
        };
        let to = to.max(from);
        let name = tf("debrief.stretch", &[&names[kind].0, &lasting(to.since(from).as_secs_f64())]);
        found.push(Stretch { name, from, to, kind });
        from = to;
    }
    found
}

/// A lane in a sentence.
pub(super) fn said(name: &str, lane: &Lane, end: Time) -> String {
    let Some(harm) = lane.harm else { return tf("debrief.no_harm", &[&name]) };
    let parts: Vec<String> = stretches(lane, end).into_iter().map(|stretch| stretch.name).collect();
    tf("debrief.lane", &[&name, &harm, &parts.join(", ")])
}

/// The lanes there are, with their names.
pub(super) fn lanes(found: &Findings) -> Vec<(&'static str, Lane)> {
    let mut lanes = vec![(t("debrief.you"), found.you)];
    lanes.extend(found.model.map(|model| (t("debrief.model"), model)));
    lanes
}

/// Draws the timeline and says the same in words.
pub(super) fn show(ui: &mut Ui, theme: &Theme, found: &Findings) {
    let lanes = lanes(found);
    let spoken: Vec<String> = lanes.iter().map(|(name, lane)| said(name, lane, found.end)).collect();
    let names = 104.0;
    let height = 56.0 * lanes.len() as f32 + 44.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, spoken.join(" ")));
    let axis = Axis { left: rect.left() + names, right: rect.right() - 12.0, until: until(found, &lanes) };
    let painter = ui.painter();
    let base = rect.bottom() - 22.0;
    painter.hline(axis.left..=axis.right, base, Stroke::new(1.0, theme.line));
    for tick in axis.ticks() {
        let x = axis.at(tick);
        painter.vline(x, base..=base + 4.0, Stroke::new(1.0, theme.line));
        widgets::number_at(
            painter,
            Pos2::new(x, base + 6.0),
            Align2::CENTER_TOP,
            &format!("{tick}"),
            10.5,
            theme.faint,
        );
    }
    for (index, (name, lane)) in lanes.iter().enumerate() {
        let middle = rect.top() + 56.0 * index as f32 + 30.0;
        let at = Pos2::new(rect.left(), middle);
        widgets::text_at(painter, at, Align2::LEFT_CENTER, name, 13.0, theme.text);
        if lane.harm.is_none() {
            let at = Pos2::new(axis.left + 4.0, middle);
            widgets::text_at(painter, at, Align2::LEFT_CENTER, t("debrief.nobody"), 11.5, theme.mute);
        }
        bars(ui, theme, &axis, middle, &stretches(lane, found.end));
    }
    if let Some(harm) = found.you.harm {
        let x = axis.at(harm);
        let line = [Pos2::new(x, rect.top() + 4.0), Pos2::new(x, base)];
        painter.extend(egui::Shape::dashed_line(&line, Stroke::new(1.0, theme.harm), 3.0, 3.0));
        let is_left = x > axis.left + 110.0;
        let (at, anchor) =
            if is_left { (x - 6.0, Align2::RIGHT_BOTTOM) } else { (x + 6.0, Align2::LEFT_BOTTOM) };
        widgets::text_at(
            painter,
            Pos2::new(at, base - 2.0),
            anchor,
            t("debrief.first_harm"),
            11.5,
            theme.harm,
        );
    }
    spoken.iter().for_each(|line| drop(ui.label(widgets::small(theme, line))));
}

fn bars(ui: &Ui, theme: &Theme, axis: &Axis, middle: f32, stretches: &[Stretch]) {
    let painter = ui.painter();
    // Names alternate above and below, so that those of short bars do not meet.
    let mut ends = [f32::NEG_INFINITY; 2];
    for stretch in stretches {
        let (left, right) = (axis.at(stretch.from), axis.at(stretch.to).max(axis.at(stretch.from) + 2.0));
        let bar = Rect::from_min_max(Pos2::new(left, middle - 10.0), Pos2::new(right, middle + 10.0));
        painter.rect_filled(bar, 3.0, color(theme, stretch.kind));
        let size =
            painter.layout_no_wrap(stretch.name.clone(), egui::FontId::proportional(11.0), theme.mute).size();
        let x = (left + 3.0).min(axis.right - size.x);
        // One that has no room of its own is told beneath, with all of them.
        let Some(side) = ends.iter().position(|end| x >= *end) else { continue };
        let (y, anchor) = [(middle - 12.0, Align2::LEFT_BOTTOM), (middle + 11.0, Align2::LEFT_TOP)][side];
        ends[side] = x + size.x + 8.0;
        widgets::text_at(painter, Pos2::new(x, y), anchor, &stretch.name, 11.0, theme.mute);
    }
}

fn color(theme: &Theme, kind: usize) -> Color32 {
    [theme.caution, theme.mirrored, theme.good][kind.min(2)]
}

struct Axis {
    left: f32,
    right: f32,
    until: Time,
}

impl Axis {
    fn at(&self, time: Time) -> f32 {
        let share = time.as_secs_f64() / self.until.as_secs_f64().max(1.0);
        self.left + (self.right - self.left) * share.min(1.0) as f32
    }

    fn ticks(&self) -> Vec<Time> {
        let seconds = self.until.as_secs_f64();
        let room = f64::from((self.right - self.left) / 64.0).max(2.0);
        let steps = [30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400];
        let step = steps.into_iter().find(|step| seconds / *step as f64 <= room).unwrap_or(14_400);
        (0..=(seconds as u64 / step)).map(|index| Time::from_secs(index * step)).collect()
    }
}

/// The end of the picture: a quarter of the time after the last event, or the whole run.
fn until(found: &Findings, lanes: &[(&str, Lane)]) -> Time {
    let last = lanes.iter().flat_map(|(_, lane)| stretches(lane, found.end)).map(|stretch| stretch.to).max();
    last.map_or(found.end, |last| Time(last.0 + last.0 / 4).min(found.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Time = Time::from_secs(1000);

    fn lane(marks: [Option<u64>; 4]) -> Lane {
        let [harm, detected, decided, recovered] = marks.map(|mark| mark.map(Time::from_secs));
        Lane { harm, detected, decided, recovered }
    }

    #[test]
    fn three_stretches_follow_the_first_harm() {
        let all = stretches(&lane([Some(100), Some(150), Some(160), Some(200)]), END);
        let lengths: Vec<u64> =
            all.iter().map(|stretch| stretch.to.since(stretch.from).0 / 1_000_000_000).collect();
        assert_eq!(lengths, [50, 10, 40]);
    }

    #[test]
    fn what_never_came_lasts_to_the_end_and_nothing_follows() {
        let all = stretches(&lane([Some(100), None, None, None]), END);
        assert_eq!((all.len(), all[0].to, all[0].kind), (1, END, 0));
        let all = stretches(&lane([Some(100), None, Some(160), Some(200)]), END);
        assert_eq!(all.iter().map(|stretch| stretch.kind).collect::<Vec<_>>(), [1, 2]);
        assert!(stretches(&lane([None; 4]), END).is_empty());
    }

    #[test]
    fn a_sign_before_the_harm_took_no_time() {
        let all = stretches(&lane([Some(100), Some(50), Some(120), Some(130)]), END);
        assert_eq!((all[0].from, all[0].to), (Time::from_secs(100), Time::from_secs(100)));
    }
}
