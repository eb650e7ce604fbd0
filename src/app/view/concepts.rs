//! Links from words to their concept cards, in what authors write and beside names.

use std::sync::LazyLock;

use egui::cache::{ComputerMut, FrameCache};
use egui::{Button, RichText, Ui, WidgetInfo, WidgetType};
use egui_commonmark::CommonMarkCache;
use regex::Regex;

use crate::app::model::LabCommand;
use crate::app::texts::{spoken, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::cards::{Card, linked};

/// Finds the words of a text once, for as long as the text is shown.
#[derive(Default)]
struct Linker;

impl ComputerMut<(&str, &str), String> for Linker {
    fn compute(&mut self, (text, language): (&str, &str)) -> String {
        // The viewer writes what stands in bold in the colour of text, also a link: such a passage loses its bold.
        BOLD_WITH_CARD.replace_all(&linked(text, language), "$1").into_owned()
    }
}

/// A passage in bold with the link to a card in it.
static BOLD_WITH_CARD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\*\*([^*]*\]\(card:[^)]*\)[^*]*)\*\*").expect("a fixed pattern is right"));

/// How an address of a card begins.
const CARD: &str = "card:";

/// Draws Markdown as authors write it, with a link at the first place of each word that has a card.
pub fn markdown(ui: &mut Ui, text: &str, out: &mut Vec<LabCommand>) {
    let linked = ui.memory_mut(|memory| {
        memory.caches.cache::<FrameCache<String, Linker>>().get((text, spoken().id)).clone()
    });
    let mut cache = CommonMarkCache::default();
    let ids: Vec<&str> = linked.split("](card:").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    for id in &ids {
        cache.add_link_hook(format!("{CARD}{id}"));
    }
    widgets::markdown_with(ui, &mut cache, &linked);
    for id in ids {
        if cache.get_link_hook(&format!("{CARD}{id}")) == Some(true) {
            out.push(LabCommand::Card(id.to_owned()));
        }
    }
}

/// A small button that opens a card; it stands beside a name that the card is about.
pub fn button(ui: &mut Ui, theme: &Theme, card: &Card, out: &mut Vec<LabCommand>) {
    let text = tf("glossary.card {}", &[&card.title]);
    let response = ui.add(Button::new(RichText::new(&text).small().color(theme.mute)).frame(false).wrap());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &text));
    if response.clicked() {
        out.push(LabCommand::Card(card.id.clone()));
    }
}
