//! A field that holds values by name, such as the weights of groups: a row for each, which can be renamed, changed and removed.

use egui::{Id, TextEdit, Ui, WidgetInfo, WidgetType};

use crate::app::model::editor::EditorCommand;
use crate::app::model::editor::shape::first;
use crate::app::texts::{t, tf};
use crate::app::view::icons::{Icon, icon_button};
use crate::app::view::panels::plan::field;
use crate::app::view::panels::plan::pane::{Fields, at_path, trouble};
use crate::app::view::widgets;
use crate::library::knobs::Kind;
use crate::library::{Outline, patch};

/// Draws the rows of the map at `path`, whose knob is called `name` and whose values are of a kind.
pub(super) fn show(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    of: &Kind,
    (path, name): (&str, &str),
) {
    let keys: Vec<String> = outline.keys(path).into_iter().map(str::to_owned).collect();
    for (index, key) in keys.iter().enumerate() {
        let value = format!("{path}[{index}]");
        at_path(ui, &value, |ui| {
            key_field(ui, pane, outline, &keys, (path, index, name));
            field::value(ui, pane, outline, of, (&value, None, &tf("plan.map.value {} {}", &[&name, key])));
            let spoken = tf("plan.map.remove {} {}", &[&name, key]);
            if icon_button(ui, Icon::Cross, None, &spoken).clicked() {
                pane.ask(EditorCommand::Remove(value.clone()));
            }
        });
    }
    if widgets::button(ui, &pane.theme, &tf("plan.add", &[&name]), None).clicked() {
        let mut pairs = pairs(outline, path, &keys);
        pairs.push((free(&keys), first(of)));
        pane.set(path, written(&pairs));
    }
}

/// The name of a row. What is typed holds once the field is left: half a name may be that of another row.
fn key_field(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    keys: &[String],
    (path, index, name): (&str, usize, &str),
) {
    let key = &keys[index];
    let slot = Id::new(("name in a map", path, index));
    let mut text = ui.data(|data| data.get_temp::<String>(slot)).unwrap_or_else(|| key.clone());
    let edit = TextEdit::singleline(&mut text).desired_width(f32::INFINITY);
    let response = at_path(ui, "name", |ui| ui.add(edit));
    let shown = text.clone();
    response.widget_info(|| {
        let mut info =
            WidgetInfo::labeled(WidgetType::TextEdit, true, tf("plan.map.key {} {}", &[&name, key]));
        info.current_text_value = Some(shown.clone());
        info
    });
    let is_taken = text != *key && keys.contains(&text);
    if is_taken {
        trouble(ui, &pane.theme, &tf("plan.map.twice {}", &[&text]));
    }
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(slot, text));
        return;
    }
    ui.data_mut(|data| data.remove::<String>(slot));
    if response.lost_focus() && text != *key && !is_taken && !text.is_empty() {
        let mut pairs = pairs(outline, path, keys);
        pairs[index].0 = text;
        pane.set(path, written(&pairs));
    }
}

/// The names and values of a map, as they are written.
fn pairs(outline: &Outline, path: &str, keys: &[String]) -> Vec<(String, String)> {
    let value = |index: usize| outline.written(&format!("{path}[{index}]")).unwrap_or_default().to_owned();
    keys.iter().enumerate().map(|(index, key)| (key.clone(), value(index))).collect()
}

/// A map as files write it.
fn written(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}: {value}", patch::quoted(key))).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A name that no row has.
fn free(keys: &[String]) -> String {
    let first = t("plan.map.new").to_owned();
    let numbered = (2u32..).map(|number| format!("{first} {number}"));
    let mut all = std::iter::once(first.clone()).chain(numbered);
    all.find(|name| !keys.contains(name)).unwrap_or_default()
}
