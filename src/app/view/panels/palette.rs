//! The command palette: all commands that can be given now, with a search.

use egui::{Button, Id, Key, Modifiers, RichText, TextEdit, Ui};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::model::command_list::{NamedCommand, commands};
use crate::app::model::keys::written;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::keys::why_not;
use crate::app::view::widgets;

/// What was written, and which answer is chosen; passing state.
#[derive(Clone, Debug, Default)]
struct Search {
    text: String,
    chosen: usize,
    /// The frame in which it was last drawn: after a gap it starts again.
    frame: Option<u64>,
}

/// The commands that match what was written and can be done now, or have a name or word of just what was written: these say why they
/// cannot be done. First come those whose name has every word at the beginning of
/// one of its own, then those that are also called so, then those whose name has the letters of each word in order, the nearest
/// first, and at last those of whose words one begins so, such as the objectives of an exercise. All of them, in their order,
/// that can be done when nothing was written.
pub fn found(lab: &Lab, text: &str) -> Vec<NamedCommand> {
    let all = commands(lab).into_iter();
    let written: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    if written.is_empty() {
        return all.filter(|entry| entry.command.is_some()).collect();
    }
    let now = all.filter_map(|mut entry| {
        let is_meant = |text: &str| have(text, &written, |word, part| word == part);
        if entry.command.is_none() && (is_meant(&entry.name) || is_meant(&entry.words)) {
            entry.command = entry.shortcut.and_then(|of| why_not(lab, of)).map(LabCommand::Explain);
        }
        entry.command.is_some().then_some(entry)
    });
    let pattern = Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let (mut matcher, mut letters) = (Matcher::new(Config::DEFAULT), Vec::new());
    let mut found: Vec<((bool, bool, Option<u32>), NamedCommand)> = now
        .filter_map(|entry| {
            let near = pattern.score(Utf32Str::new(&entry.name, &mut letters), &mut matcher);
            let both = format!("{} {}", entry.name, entry.words);
            let is_named = have(&entry.name, &written, |word, part| word.starts_with(part));
            let is_called = have(&entry.words, &written, |word, part| word == part);
            let is_known = have(&both, &written, |word, part| word.starts_with(part));
            let matches = is_named || is_called || near.is_some() || is_known;
            matches.then_some(((is_named, is_called, near), entry))
        })
        .collect();
    found.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// Whether each part that was written is found so in some word of `text`. A word reaches from one space to the next, or between
/// signs: `retry-storm` is one, and so is `storm`.
fn have(text: &str, written: &[String], is: impl Fn(&str, &str) -> bool) -> bool {
    let text = text.to_lowercase();
    let whole = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let words: Vec<&str> = whole.chain(text.split(|c: char| !c.is_alphanumeric())).collect();
    written.iter().all(|part| words.iter().any(|word| is(word, part)))
}

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let shortcut = Id::new("palette");
    let frame = ui.ctx().cumulative_frame_nr();
    let mut search = ui.data(|data| data.get_temp::<Search>(shortcut)).unwrap_or_default();
    let is_new = search.frame.is_none_or(|last| last + 1 < frame);
    if is_new {
        search = Search::default();
    }
    search.frame = Some(frame);
    let pressed = |ui: &Ui, key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (down, up) = (pressed(ui, Key::ArrowDown), pressed(ui, Key::ArrowUp));
    let field = TextEdit::singleline(&mut search.text)
        .id(shortcut.with("field"))
        .hint_text(t("palette.hint"))
        .desired_width(f32::INFINITY);
    let enter = ui.input(|input| input.key_pressed(Key::Enter));
    let response = ui.add(field);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("palette.hint")));
    if is_new {
        response.request_focus();
    }
    if response.changed() {
        search.chosen = 0;
    }
    let found = found(lab, &search.text);
    if down {
        search.chosen = (search.chosen + 1).min(found.len().saturating_sub(1));
    }
    if up {
        search.chosen = search.chosen.saturating_sub(1);
    }
    ui.add_space(4.0);
    ui.spacing_mut().item_spacing.y = 2.0;
    for (index, entry) in found.iter().enumerate() {
        let is_chosen = index == search.chosen;
        let key = entry.key.map(written).unwrap_or_default();
        let quiet = if is_chosen { theme.text } else { theme.mute };
        // What can only say why it cannot be done is paler.
        let can_be_done = !matches!(entry.command, Some(LabCommand::Explain(_)));
        let ink = if can_be_done { theme.text } else { quiet };
        let button = Button::selectable(is_chosen, RichText::new(&entry.name).color(ink))
            .right_text(RichText::new(key).monospace().size(10.5).color(quiet))
            .min_size(egui::vec2(ui.available_width(), 26.0));
        let row = ui.add(button);
        row.widget_info(|| {
            egui::WidgetInfo::selected(egui::WidgetType::Button, true, is_chosen, entry.name.as_str())
        });
        if is_chosen && (up || down) {
            row.scroll_to_me(None);
        }
        let is_entered = is_chosen && enter && response.lost_focus();
        if let Some(command) = entry.command.clone().filter(|_| row.clicked() || is_entered) {
            out.push(LabCommand::Close);
            out.push(command);
        }
    }
    if found.is_empty() {
        ui.label(widgets::small(&theme, t("palette.none")));
    }
    ui.data_mut(|data| data.insert_temp(shortcut, search));
}
