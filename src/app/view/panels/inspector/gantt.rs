//! How an instance terminated, as bars over time: the request, its preStop, the word to each proxy, SIGTERM, the requests left;
//! and the same in words.

use egui::{Align2, CornerRadius, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::texts::{t, tf};
use crate::app::view::stage::words;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;
use crate::sim::Termination;

/// Height of a bar with its name.
const ROW: f32 = 30.0;

/// A bar.
struct Bar {
    name: String,
    from: Time,
    to: Time,
    /// Whether it has ended.
    ended: bool,
    color: egui::Color32,
}

/// Draws a departure.
pub(super) fn show(ui: &mut Ui, theme: &Theme, departure: &Termination, now: Time) {
    widgets::title(ui, theme, &tf("inspector.gantt", &[&departure.service, &departure.number]));
    let lines = lines(departure);
    let bars = bars(theme, departure, now);
    let end = bars.iter().map(|bar| bar.to).max().unwrap_or(now).max(departure.asked);
    let whole = end.since(departure.asked).as_secs_f64().max(0.001);
    let size = vec2(ui.available_width().max(120.0), ROW * bars.len() as f32 + 16.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let summary = lines.join(". ");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &summary));
    let painter = ui.painter_at(rect);
    let x =
        |time: Time| rect.left() + rect.width() * (time.since(departure.asked).as_secs_f64() / whole) as f32;
    for (row, bar) in bars.iter().enumerate() {
        let top = rect.top() + ROW * row as f32;
        widgets::text_at(&painter, pos2(rect.left(), top), Align2::LEFT_TOP, &bar.name, 11.0, theme.mute);
        let span = bar.to.since(bar.from).as_secs_f64();
        let text = words::time(span);
        widgets::number_at(&painter, pos2(rect.right(), top), Align2::RIGHT_TOP, &text, 10.5, theme.mute);
        let from = x(bar.from).min(rect.right() - 3.0);
        let line = Rect::from_min_max(pos2(from, top + 16.0), pos2(x(bar.to).max(from + 3.0), top + 24.0));
        let round = CornerRadius::same(2);
        if bar.ended {
            painter.rect_filled(line, round, bar.color);
        } else {
            painter.rect_filled(line, round, theme.tint(bar.color, 0.4));
            painter.rect_stroke(line, round, Stroke::new(1.0, bar.color), egui::StrokeKind::Inside);
        }
    }
    let base = rect.bottom() - 13.0;
    painter.hline(rect.x_range(), base, Stroke::new(1.0, theme.line));
    let start = departure.asked.to_string();
    widgets::number_at(&painter, pos2(rect.left(), base + 2.0), Align2::LEFT_TOP, &start, 10.0, theme.faint);
    let at = pos2(rect.right(), base + 2.0);
    widgets::number_at(&painter, at, Align2::RIGHT_TOP, &end.to_string(), 10.0, theme.faint);
    ui.add_space(4.0);
    lines.iter().for_each(|line| drop(ui.label(widgets::small(theme, line))));
}

fn bars(theme: &Theme, departure: &Termination, now: Time) -> Vec<Bar> {
    let until = departure.gone.unwrap_or(now);
    let told = departure.told;
    let mut bars = vec![Bar {
        name: t("inspector.gantt.pre_stop").to_owned(),
        from: departure.asked,
        to: told.unwrap_or(until),
        ended: told.is_some() || departure.gone.is_some(),
        color: theme.caution,
    }];
    for proxy in 0..departure.proxies {
        let learned = departure.unlearned.iter().find(|(one, _)| u32::from(*one) == proxy);
        bars.push(Bar {
            name: tf("inspector.gantt.proxy", &[&(proxy + 1)]),
            from: departure.asked,
            to: learned.map_or(until, |(_, at)| *at),
            ended: learned.is_some(),
            color: theme.baseline,
        });
    }
    if let Some(told) = told {
        let dropped = departure.dropped > 0;
        bars.push(Bar {
            name: t("inspector.gantt.stopping").to_owned(),
            from: told,
            to: until,
            ended: departure.gone.is_some(),
            color: if dropped { theme.harm } else { theme.good },
        });
    }
    bars
}

/// The same in words.
fn lines(departure: &Termination) -> Vec<String> {
    let after = |time: Time| words::time(time.since(departure.asked).as_secs_f64());
    let mut lines = vec![tf("inspector.gantt.asked", &[&departure.asked, &departure.held_when_asked])];
    let last = departure.unlearned.iter().map(|(_, at)| *at).max();
    let known = departure.unlearned.len();
    if let Some(last) = last {
        lines.push(tf("inspector.gantt.known", &[&known, &departure.proxies, &after(last)]));
    }
    if let Some(told) = departure.told {
        lines.push(tf("inspector.gantt.told", &[&after(told), &departure.held_when_told]));
        // The classic mistake: the process stops while a proxy still sends.
        if last.is_none_or(|last| last > told) || known < departure.proxies as usize {
            lines.push(t("inspector.gantt.too_early").to_owned());
        }
    }
    match departure.gone {
        Some(gone) if departure.dropped > 0 => {
            lines.push(tf("inspector.gantt.dropped", &[&after(gone), &departure.dropped]));
        }
        Some(gone) => lines.push(tf("inspector.gantt.gone", &[&after(gone)])),
        None => lines.push(t("inspector.gantt.still").to_owned()),
    }
    lines
}
