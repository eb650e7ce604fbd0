//! Weighs every screen in each of its states, light and dark: each text stands out from what is behind it (WCAG 2.2, 1.4.3: 4.5 to 1), each control
//! has a name, and one that cannot be used says why not.

use egui::accesskit::Role;
use egui::{Color32, Rect, Shape, TextureId};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;

use crate::app::model::lab::Start;
use crate::app::model::look::Shade;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::screens::{Group, each_group};
use crate::app::tests::{is_control, window};
use crate::app::view::theme::tests::{contrast, linear};

/// The least contrast of text (WCAG 2.2, success criterion 1.4.3).
const LEAST: f64 = 4.5;

/// Room for rounding, and for what shines through egui's thin washes.
const SLACK: f64 = 0.1;

fn weighs(group: &Group) {
    let mut all = Vec::new();
    for shown in group.states {
        let mut harness = window((shown.make)(Start::default()), [1600.0, 1400.0], 1.0);
        (shown.prepare)(&mut harness);
        for shade in [Shade::Dark, Shade::Light] {
            harness.state_mut().apply(LabCommand::Set(Setting::Shade(shade)));
            harness.run_steps(2);
            let faults = faint(&harness).into_iter().chain(nameless(&harness));
            all.extend(faults.map(|fault| format!("{}, {shade:?}: {fault}", shown.name)));
        }
    }
    all.sort();
    all.dedup();
    assert!(all.is_empty(), "{} faults\n{}", all.len(), all.join("\n"));
}

each_group!(weighs);

/// A colour over an opaque one, as egui blends them.
fn blended(above: Color32, below: Color32) -> Color32 {
    let keep = 1.0 - f32::from(above.a()) / 255.0;
    let mix = |above: u8, below: u8| (f32::from(above) + f32::from(below) * keep).round().min(255.0) as u8;
    Color32::from_rgb(mix(above.r(), below.r()), mix(above.g(), below.g()), mix(above.b(), below.b()))
}

/// The texts that do not stand out from what is drawn behind them.
fn faint(harness: &Harness<'static, Lab>) -> Vec<String> {
    fn all(shape: &Shape, clip: Rect, into: &mut Vec<(Shape, Rect)>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| all(shape, clip, into)),
            other => into.push((other.clone(), clip)),
        }
    }
    let mut drawn = Vec::new();
    for one in &harness.output().shapes {
        all(&one.shape, one.clip_rect, &mut drawn);
    }
    let mut grounds: Vec<(Rect, Color32)> = Vec::new();
    let mut found = Vec::new();
    for (shape, clip) in &drawn {
        match shape {
            Shape::Rect(rect) => {
                let is_plain =
                    rect.brush.as_ref().is_none_or(|brush| brush.fill_texture_id == TextureId::default());
                if is_plain && rect.fill.a() > 0 && rect.blur_width == 0.0 {
                    grounds.push((rect.rect.intersect(*clip), rect.fill));
                }
            }
            Shape::Text(text) if text.angle == 0.0 => {
                let place = text.visual_bounding_rect().intersect(*clip);
                if !place.is_positive() || text.galley.text().trim().is_empty() {
                    continue;
                }
                let behind = grounds.iter().filter(|(rect, _)| rect.contains(place.center()));
                let ground = behind.fold(Color32::BLACK, |ground, (_, fill)| blended(*fill, ground));
                for section in &text.galley.job.sections {
                    let plain = match section.format.color {
                        Color32::PLACEHOLDER => text.fallback_color,
                        color => color,
                    };
                    let ink = text.override_text_color.unwrap_or(plain).gamma_multiply(text.opacity_factor);
                    let under = match section.format.background {
                        Color32::TRANSPARENT => ground,
                        fill => blended(fill, ground),
                    };
                    let found_here = contrast(linear(blended(ink, under)), linear(under));
                    if found_here < LEAST - SLACK {
                        let said = text.galley.text().chars().take(50).collect::<String>();
                        found.push(format!("{said:?} has {found_here:.2} to 1: {ink:?} on {under:?}"));
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The controls without a name, and those that cannot be used and do not say why not.
fn nameless(harness: &Harness<'static, Lab>) -> Vec<String> {
    let mut found = Vec::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        if !is_control(node.role()) {
            continue;
        }
        let name = node.label().unwrap_or_default();
        if name.trim().is_empty() {
            found.push(format!("a {:?} without a name, {:?}", node.role(), node.value()));
        }
        if node.is_disabled() && node.role() == Role::Button && node.description().is_none() {
            found.push(format!("{name:?} cannot be pressed and does not say why"));
        }
    }
    found
}
