//! Measures every text of every screen, pane and overlay in each of its states, at four sizes of the window and four of the text:
//! none is squeezed to a few letters a line, broken within a word, cut off, outside the window, or over another text.

use egui::epaint::TextShape;
use egui::{FontFamily, Rect, Shape, Vec2};
use egui_kittest::Harness;

use crate::app::model::lab::Start;
use crate::app::model::look::Shade;
use crate::app::model::panes::Pane;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::overlap::overlaps;
use crate::app::tests::screens::{Group, each_group, exercise_in};
use crate::app::tests::{lab, window};

/// The sizes of the window, in points at the designed size of text.
const SIZES: [[f32; 2]; 4] = [[1024.0, 640.0], [1280.0, 720.0], [1600.0, 900.0], [1920.0, 1080.0]];

/// The sizes of text.
const ZOOMS: [f32; 4] = [1.0, 1.5, 2.0, 3.0];

/// Letters that a line of a longer text holds at least.
const LEAST: usize = 8;

/// Texts that a window shows at least.
const LEAST_TEXTS: usize = 4;

/// The longest word that a line must hold whole; addresses and names of files may be longer.
const LONGEST_WORD: usize = 16;

/// All texts that are drawn, each with the rectangle outside of which it is cut.
pub(super) fn texts(harness: &Harness<'static, Lab>) -> Vec<(TextShape, Rect)> {
    fn all(shape: &Shape, clip: Rect, into: &mut Vec<(TextShape, Rect)>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| all(shape, clip, into)),
            Shape::Text(text) => into.push((text.clone(), clip)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    harness.output().shapes.iter().for_each(|drawn| all(&drawn.shape, drawn.clip_rect, &mut found));
    found
}

/// Whether a text is scrolled to the side with its lines as they are: several, in the face of files, and wrapped nowhere, as a patch.
fn keeps_its_lines(text: &TextShape) -> bool {
    let job = &text.galley.job;
    let is_of_files =
        job.sections.iter().all(|section| section.format.font_id.family == FontFamily::Monospace);
    is_of_files && text.galley.rows.len() > 1 && job.wrap.max_width.is_infinite()
}

/// What is wrong with how a text is drawn in a window of this size, in words.
fn fault(text: &TextShape, clip: Rect, room: Vec2) -> Option<String> {
    let galley = &text.galley;
    let whole = galley.text().trim();
    // A text that is drawn sideways is not read by lines.
    if whole.is_empty() || text.angle != 0.0 || keeps_its_lines(text) {
        return None;
    }
    let place = text.visual_bounding_rect();
    if !clip.intersects(place) {
        // Scrolled out of sight.
        return None;
    }
    let lines: Vec<(String, bool)> =
        galley.rows.iter().map(|row| (row.text(), row.ends_with_newline)).collect();
    for (at, (line, is_whole)) in lines.iter().enumerate() {
        let Some((next, _)) = lines.get(at + 1).filter(|_| !is_whole) else { continue };
        if line.ends_with(|end: char| end.is_alphanumeric()) && next.starts_with(char::is_alphanumeric) {
            let head = line.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let tail = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            if head.chars().count() + tail.chars().count() <= LONGEST_WORD {
                return Some(format!("broken within {head}|{tail}"));
            }
        }
    }
    let wrapped = lines.iter().rev().skip(1).filter(|(_, is_whole)| !is_whole).count();
    let letters: usize = lines.iter().map(|(line, _)| line.chars().count()).sum();
    if wrapped > 0 && letters > LEAST && letters < LEAST * wrapped {
        return Some(format!("{letters} letters on {} lines", wrapped + 1));
    }
    let (left, right) = (clip.left().max(0.0), clip.right().min(room.x));
    if place.right() > right + 1.5 || place.left() < left - 1.5 {
        return Some(format!("{:.0} to {:.0} in {left:.0} to {right:.0}", place.left(), place.right()));
    }
    let is_below = place.bottom() > room.y + 1.5 && clip.bottom() >= room.y;
    is_below.then(|| format!("down to {:.0} of {:.0}", place.bottom(), room.y))
}

/// The faults of what is drawn now.
fn faults(harness: &Harness<'static, Lab>, room: Vec2) -> Vec<String> {
    let texts = texts(harness);
    let lab = harness.state();
    // A window that waits for its class says this alone.
    let least = if lab.start.follows.is_some() && lab.run.is_none() { 1 } else { LEAST_TEXTS };
    assert!(texts.len() >= least, "only {} texts are drawn", texts.len());
    let found = texts.iter().filter_map(|(text, clip)| {
        let what = fault(text, *clip, room)?;
        Some(format!("{:?}: {what}", text.galley.text().chars().take(60).collect::<String>()))
    });
    let mut found: Vec<String> = found.chain(overlaps(harness, room)).collect();
    found.sort();
    found.dedup();
    found
}

/// Draws a lab at every size, with what is done in it first, and fails with all the faults.
pub(super) fn measure(name: &str, lab: Lab, prepare: impl Fn(&mut Harness<'static, Lab>)) {
    measure_in(&SIZES, name, lab, prepare);
}

/// The same in the narrowest window alone, where longer words of another language lack room first.
pub(super) fn measure_narrow(name: &str, lab: Lab, prepare: impl Fn(&mut Harness<'static, Lab>)) {
    measure_in(&SIZES[..1], name, lab, prepare);
}

fn measure_in(sizes: &[[f32; 2]], name: &str, lab: Lab, prepare: impl Fn(&mut Harness<'static, Lab>)) {
    let mut harness = window(lab, SIZES[2], 1.0);
    prepare(&mut harness);
    let mut all = Vec::new();
    // The size of text outside: with each new one all letters are drawn anew.
    for zoom in ZOOMS {
        for (place, size) in sizes.iter().copied().enumerate() {
            // Both themes, by turns: they have the same texts at the same places.
            let shade = if place % 2 == 0 { Shade::Dark } else { Shade::Light };
            harness.state_mut().apply(LabCommand::Set(Setting::Shade(shade)));
            let room = resized(&mut harness, size, zoom);
            let found = faults(&harness, room);
            all.extend(found.into_iter().map(|fault| format!("{size:?} at {zoom}: {fault}")));
        }
    }
    assert!(all.is_empty(), "{name}: {} faults\n{}", all.len(), all.join("\n"));
}

/// Gives a window a size, in points at the designed size of text, and a size of text. Returns the points that it then has.
fn resized(harness: &mut Harness<'static, Lab>, size: [f32; 2], zoom: f32) -> Vec2 {
    let room = Vec2::from(size) / zoom;
    // A change of zoom brings a size of its own with it, for a frame.
    harness.ctx.set_zoom_factor(zoom);
    harness.run_steps(1);
    harness.set_size(room);
    // A layout that grew for what it holds has settled by then.
    harness.run_steps(4);
    let really = harness.ctx.content_rect().size();
    assert!((really - room).length() < 1.0, "{size:?} at {zoom}: {really:?}");
    room
}

pub(super) fn as_it_is(_: &mut Harness<'static, Lab>) {}

/// Measures each state of a group, in English.
fn fits(group: &Group) {
    for shown in group.states {
        measure(shown.name, (shown.make)(Start::default()), shown.prepare);
    }
}

each_group!(fits);

#[test]
fn the_stage_has_words_at_every_size() {
    let mut lab = exercise_in(lab(), "canary", 420);
    lab.apply(LabCommand::Only(Some(Pane::Stage)));
    let mut harness = window(lab, SIZES[0], 1.0);
    for zoom in ZOOMS {
        for size in SIZES {
            resized(&mut harness, size, zoom);
            let texts = texts(&harness);
            // The router's name in the picture or the table, or what stands above a table that is scrolled.
            let is_said = texts.iter().any(|(text, _)| {
                let text = text.galley.text();
                text.starts_with("Router") || text == crate::app::texts::t("stage.table.title")
            });
            let all: Vec<&str> = texts.iter().map(|(text, _)| text.galley.text()).collect();
            assert!(is_said, "{size:?} at {zoom}: {all:?}");
        }
    }
}

#[test]
fn a_squeezed_a_broken_and_a_cut_text_are_found() {
    let drawn = |width: f32, text: &'static str, clip: f32| {
        let mut has_fonts = false;
        let draw = move |ui: &mut egui::Ui, _: &mut Lab| {
            // They are there from the second frame on.
            if !has_fonts {
                ui.ctx().set_fonts(crate::app::view::theme::fonts());
                has_fonts = true;
                return;
            }
            let place = Rect::from_min_size(egui::pos2(10.0, 10.0), egui::vec2(width, 200.0));
            let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(place));
            inner.set_clip_rect(Rect::from_min_size(egui::pos2(0.0, 0.0), egui::vec2(clip, 300.0)));
            for filler in ["a", "b", "c"] {
                inner.label(filler);
            }
            inner.label(text);
        };
        let mut harness = Harness::builder().with_size([400.0, 300.0]).build_ui_state(draw, lab());
        harness.run_steps(3);
        faults(&harness, Vec2::new(400.0, 300.0))
    };
    assert_eq!(drawn(300.0, "How the cases went", 400.0), Vec::<String>::new());
    assert!(drawn(22.0, "Errors", 400.0)[0].contains("broken within"), "{:?}", drawn(22.0, "Errors", 400.0));
    assert!(drawn(26.0, "to be or is it so to be", 400.0)[0].contains("letters on"));
    assert!(drawn(300.0, "How the cases went", 60.0)[0].contains("in 0 to 60"));
}
