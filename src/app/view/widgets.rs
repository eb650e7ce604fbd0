//! Small widgets of the lab: titles, numbers, chips, cards, marks of releases, key hints.

use std::ops::RangeInclusive;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Button, Color32, CornerRadius, DragValue, FontId, Frame, Margin, Painter, Pos2, Rect, Response,
    RichText, Sense, Slider, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, UiStackInfo, Vec2, WidgetText,
};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

use crate::app::view::theme::{Mark, Theme, title_font};
use crate::exercise::format::decimal;

/// A muted semibold title of a part of a panel.
pub fn title(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    let response = ui.label(RichText::new(text).font(title_font()).color(theme.mute));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, text));
    response
}

/// Muted small text.
pub fn small(theme: &Theme, text: impl Into<String>) -> RichText {
    RichText::new(text).small().color(theme.mute)
}

/// Faint small text: units, hints.
pub fn faint(theme: &Theme, text: impl Into<String>) -> RichText {
    RichText::new(text).small().color(theme.faint)
}

/// Text in Markdown, as authors write it.
pub fn markdown(ui: &mut Ui, text: &str) {
    markdown_with(ui, &mut CommonMarkCache::default(), text);
}

/// The same with links that `cache` knows.
pub fn markdown_with(ui: &mut Ui, cache: &mut CommonMarkCache, text: &str) {
    ui.scope(|ui| {
        // A line of text is as high as its letters, not as a button: else the first of each item stands apart from its dot and from the rest.
        ui.spacing_mut().interact_size.y = ui.text_style_height(&TextStyle::Body);
        CommonMarkViewer::new().show(ui, cache, text);
    });
}

/// A text in which what stands between backticks is a command or a name of a file: it has the face of files, and no backticks.
pub fn coded(text: &str, style: &TextStyle, color: Color32, ui: &Ui) -> LayoutJob {
    let plain = style.resolve(ui.style());
    let code = FontId::monospace(plain.size - 1.0);
    let mut job = LayoutJob::default();
    for (at, part) in text.split('`').enumerate() {
        let font_id = if at % 2 == 0 { plain.clone() } else { code.clone() };
        job.append(part, 0.0, TextFormat { font_id, color, ..TextFormat::default() });
    }
    job
}

/// A number, in the face of numbers.
pub fn number(text: impl Into<String>, color: Color32) -> RichText {
    RichText::new(text).monospace().color(color)
}

/// A thin line across.
pub fn rule(ui: &mut Ui, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, theme.line));
}

/// The frame of a card.
pub fn card(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.raised)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::same(12))
}

/// The frame of a panel.
pub fn panel(theme: &Theme) -> Frame {
    Frame::new().fill(theme.panel).inner_margin(Margin::symmetric(16, 12))
}

/// Below this height, in points, a window is low, as with very large text: bars give their room to what stands between them.
const LOW: f32 = 320.0;

/// Whether the window is low.
pub fn is_low(ui: &Ui) -> bool {
    ui.ctx().content_rect().height() < LOW
}

/// The frame of a bar across the window.
pub fn bar_panel(ui: &Ui, theme: &Theme) -> Frame {
    panel(theme).inner_margin(Margin::symmetric(16, if is_low(ui) { 4 } else { 12 }))
}

/// A button, with the key that does the same, if any.
pub fn button(ui: &mut Ui, theme: &Theme, text: &str, key: Option<&str>) -> Response {
    button_unless(ui, theme, None, text, key)
}

/// The same, which cannot be pressed where there is a reason why not; it tells the reason. It is added to `ui` itself: in a scope of its own
/// it would be squeezed into what is left of a wrapped row, rather than begin the next.
pub fn button_unless(
    ui: &mut Ui,
    theme: &Theme,
    why_not: Option<&str>,
    text: &str,
    key: Option<&str>,
) -> Response {
    let why_not = reason(ui, why_not);
    let why_not = why_not.as_deref();
    // What is faded already is not faint as well.
    let ink = if why_not.is_none() { theme.faint } else { theme.mute };
    explained(ui.add_enabled(why_not.is_none(), with_key(Button::new(text), key, ink)), why_not)
}

/// A button with the key that does the same at its right, if there is one.
fn with_key<'a>(button: Button<'a>, key: Option<&str>, ink: Color32) -> Button<'a> {
    match key {
        Some(key) => button.right_text(RichText::new(key).monospace().size(10.5).color(ink)),
        None => button,
    }
}

/// Identity of the reason that [`unless`] leaves for what it holds.
const WHY_NOT: &str = "why not";

/// Draws controls none of which can be used where there is a reason why not; those of this module tell it.
pub fn unless<R>(ui: &mut Ui, why_not: Option<&str>, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let Some(why) = why_not else { return ui.scope(draw).inner };
    let info = UiStackInfo::default().with_tag_value(WHY_NOT, why.to_owned());
    let all = |ui: &mut Ui| {
        ui.disable();
        draw(ui)
    };
    ui.scope_builder(UiBuilder::new().ui_stack_info(info), all).inner
}

/// Why nothing in `ui` can be used now, where it cannot.
pub fn barred(ui: &Ui) -> Option<String> {
    ui.stack().iter().find_map(|level| level.info.tags.get_downcast::<String>(WHY_NOT).cloned())
}

/// Why a control of `ui` cannot be used: for a reason of its own, or for one of all that is around it.
pub fn reason(ui: &Ui, own: Option<&str>) -> Option<String> {
    own.map(str::to_owned).or_else(|| barred(ui))
}

/// Tells why a control cannot be used now, where it cannot: to a pointer that rests on it, and to a screen reader.
pub fn explained(response: Response, why_not: Option<&str>) -> Response {
    let Some(why) = why_not else { return response };
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(why));
    // egui asks whether the pointer is in the rectangle of the control, also where that is scrolled out of sight under something else.
    if response.contains_pointer() { response.on_disabled_hover_text(why) } else { response }
}

/// A button for what comes next.
pub fn main_button(ui: &mut Ui, theme: &Theme, text: &str, key: Option<&str>) -> Response {
    main_button_unless(ui, theme, None, text, key)
}

/// The same, which cannot be pressed where there is a reason why not; it tells the reason.
pub fn main_button_unless(
    ui: &mut Ui,
    theme: &Theme,
    why_not: Option<&str>,
    text: &str,
    key: Option<&str>,
) -> Response {
    let Some(why) = reason(ui, why_not) else { return ready_button(ui, theme, text, key) };
    // What cannot be pressed has no colour of its own: faded, its letters would not stand out from it.
    button_unless(ui, theme, Some(&why), text, key)
}

fn ready_button(ui: &mut Ui, theme: &Theme, text: &str, key: Option<&str>) -> Response {
    let fill = theme.baseline;
    let ink = ink_on(fill);
    ui.add(with_key(Button::new(RichText::new(text).color(ink)).fill(fill), key, ink))
}

/// Something to tick. Its box has corners: with those of a button it would look like one of several choices. It is added to `ui` itself, as
/// [`button_unless`] is.
pub fn checkbox(ui: &mut Ui, ticked: &mut bool, text: impl Into<String>) -> Response {
    let before = ui.visuals().widgets.clone();
    let looks = &mut ui.visuals_mut().widgets;
    for look in [&mut looks.noninteractive, &mut looks.inactive, &mut looks.hovered, &mut looks.active] {
        look.corner_radius = CornerRadius::same(3);
    }
    let response = ui.checkbox(ticked, text.into());
    ui.visuals_mut().widgets = before;
    response
}

/// One of a row of small choices. The one that is chosen has the colour of text, which its ground needs.
pub fn choice(ui: &mut Ui, theme: &Theme, is_chosen: bool, text: &str) -> Response {
    let ink = if is_chosen { theme.text } else { theme.mute };
    ui.selectable_label(is_chosen, RichText::new(text).small().color(ink))
}

/// Height of a slider's rail, in points.
const RAIL: f32 = 4.0;

/// A number on a rail and in a field. Both are called as `label` says: egui names the rail alone.
pub fn slider(ui: &mut Ui, label: &Response, value: &mut f64, how: Rail<'_>) -> Response {
    let (least, most) = (*how.range.start(), *how.range.end());
    ui.horizontal(|ui| {
        let mut rail = Slider::new(value, how.range.clone()).max_decimals(how.decimals).show_value(false);
        if let Some(step) = how.step {
            rail = rail.step_by(step);
        }
        let rail = ui.scope(|ui| {
            // egui draws the rail in the colour of buttons, which is that of the cards it stands on.
            let ink = ui.visuals().weak_text_color();
            ui.visuals_mut().widgets.inactive.bg_fill = ink;
            ui.spacing_mut().slider_rail_height = RAIL;
            ui.add(rail)
        });
        let rail = rail.inner.labelled_by(label.id);
        let speed = how.step.unwrap_or((most - least) / 200.0);
        let field = DragValue::new(value).range(how.range).speed(speed).max_decimals(how.decimals);
        // Whole numbers are written as such, whatever the width of a point is on this rail.
        let field = field.custom_formatter(|value, _| decimal(value, how.decimals));
        let field = ui.add(field.suffix(how.unit)).labelled_by(label.id);
        if let Some(step) = how.step.filter(|_| field.changed()) {
            *value = (least + ((*value - least) / step).round() * step).clamp(least, most);
        }
        rail.union(field)
    })
    .inner
}

/// What a slider goes through.
pub struct Rail<'a> {
    /// From the least value to the largest.
    pub range: RangeInclusive<f64>,
    /// From one value to the next; any value without it.
    pub step: Option<f64>,
    /// The unit, as it is written after the number.
    pub unit: &'a str,
    /// Decimals at most.
    pub decimals: usize,
}

/// Black or white, whichever reads better on a colour (WCAG relative luminance, without its gamma).
pub fn ink_on(fill: Color32) -> Color32 {
    let luminance =
        0.2126 * f32::from(fill.r()) + 0.7152 * f32::from(fill.g()) + 0.0722 * f32::from(fill.b());
    if luminance > 120.0 { Color32::from_rgb(0x0B, 0x10, 0x15) } else { Color32::WHITE }
}

/// A round-edged label in a line of text.
pub fn chip(ui: &mut Ui, theme: &Theme, text: impl Into<WidgetText>) -> Response {
    Frame::new()
        .fill(theme.raised)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(8, 2))
        .show(ui, |ui| ui.label(text))
        .response
}

/// A horizontal bar of which `share` (0 to 1) is filled.
pub fn bar(ui: &mut Ui, theme: &Theme, width: f32, share: f32, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 6.0), Sense::hover());
    let round = CornerRadius::same(3);
    ui.painter().rect_filled(rect, round, theme.line);
    let mut full = rect;
    full.set_width(rect.width() * share.clamp(0.0, 1.0));
    ui.painter().rect_filled(full, round, color);
    response
}

/// Draws the mark of a release within `rect`.
pub fn mark(painter: &Painter, rect: Rect, mark: Mark, color: Color32, background: Color32) {
    match mark {
        Mark::Round => {
            painter.circle_filled(rect.center(), rect.width().min(rect.height()) / 2.0, color);
        }
        Mark::Square => {
            painter.rect_filled(rect, CornerRadius::same(2), color);
        }
        Mark::Hatched => {
            painter.rect_filled(rect, CornerRadius::same(2), color);
            hatch(painter, rect, background);
        }
    }
}

/// Diagonal lines over `rect`.
pub fn hatch(painter: &Painter, rect: Rect, color: Color32) {
    let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let (step, height) = (4.0, rect.height());
    let mut x = rect.left() - height + step / 2.0;
    while x < rect.right() {
        let line = [Pos2::new(x, rect.bottom()), Pos2::new(x + height, rect.top())];
        inside.line_segment(line, Stroke::new(1.2, color));
        x += step;
    }
}

/// A mark in a line of text.
pub fn mark_here(ui: &mut Ui, theme: &Theme, of: Mark, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(11.0), Sense::hover());
    mark(ui.painter(), rect.shrink(0.5), of, color, theme.background);
    response
}

/// A cross, the sign of harm.
pub fn cross(painter: &Painter, center: Pos2, radius: f32, color: Color32) {
    let stroke = Stroke::new((radius * 0.45).max(1.2), color);
    for side in [-1.0, 1.0] {
        let reach = Vec2::new(radius, radius * side);
        painter.line_segment([center - reach, center + reach], stroke);
    }
}

/// How far a goal is met, as a sign: empty, half or full circle.
pub fn goal_sign(ui: &mut Ui, theme: &Theme, share: Option<f32>) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(12.0), Sense::hover());
    let (center, radius) = (rect.center(), 4.5);
    let painter = ui.painter();
    match share {
        None => drop(painter.circle_stroke(center, radius, Stroke::new(1.5, theme.mute))),
        Some(share) if share >= 0.999 => drop(painter.circle_filled(center, radius, theme.good)),
        Some(share) if share > 0.0 => {
            painter.circle_stroke(center, radius, Stroke::new(1.5, theme.caution));
            let left = Rect::from_min_max(rect.min, Pos2::new(center.x, rect.max.y));
            painter.with_clip_rect(left).circle_filled(center, radius, theme.caution);
        }
        Some(_) => cross(painter, center, 3.5, theme.harm),
    }
    response
}

/// Text at a place, for painters.
pub fn text_at(painter: &Painter, at: Pos2, anchor: Align2, text: &str, size: f32, color: Color32) -> Rect {
    painter.text(at, anchor, text, FontId::proportional(size), color)
}

/// A number at a place, for painters.
pub fn number_at(painter: &Painter, at: Pos2, anchor: Align2, text: &str, size: f32, color: Color32) -> Rect {
    painter.text(at, anchor, text, FontId::monospace(size), color)
}

/// A frame around `rect`, such as that of a selection.
pub fn outline(painter: &Painter, rect: Rect, radius: u8, color: Color32) {
    painter.rect_stroke(rect, CornerRadius::same(radius), Stroke::new(1.5, color), StrokeKind::Inside);
}
