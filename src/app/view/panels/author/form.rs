//! The form of an exercise: what it is, its cases, its rubric and its hints, field by field. Each change is made in the file's text, at the
//! place of the field, so that its comments stay; what the checker says stands at its field.

use egui::{CollapsingHeader, RichText, Ui};

use crate::app::model::LabCommand;
use crate::app::model::author::way::Way;
use crate::app::model::author::{Author, AuthorFile};
use crate::app::model::editor::shape;
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::author::wishes;
use crate::app::view::panels::plan::{Fields, Written, at_path, knob};
use crate::app::view::theme::Theme;
use crate::library::Problem;

/// A group of the form: its title, and the exercise's fields in it; the first has all that no other has.
type Group = (&'static str, &'static [&'static str]);

fn groups() -> [Group; 4] {
    [
        (t("author.group.what"), &[]),
        (t("author.group.cases"), &["cases", "variants", "seeds", "bake", "deadline"]),
        (t("author.group.rubric"), &["rubric", "pass"]),
        (t("author.group.hints"), &["hints", "predictions"]),
    ]
}

/// Draws the form.
pub(super) fn show(ui: &mut Ui, theme: Theme, author: &Author, file: &AuthorFile, out: &mut Vec<LabCommand>) {
    let outline = match &file.outline {
        Ok(outline) => outline,
        Err(problem) => {
            let said = tf("plan.line", &[&problem.line, &problem.column, &translated(&problem.message)]);
            ui.label(RichText::new(said).color(theme.harm));
            ui.label(t("author.mend_first"));
            return;
        }
    };
    let of_file = |problem: &&Problem| problem.file.ends_with(&file.name);
    // While the text has changed since, places are no longer theirs.
    let checked = author.checked.iter().flatten().filter(|_| file.unsaved.is_none());
    let problems: Vec<Problem> = checked.filter(of_file).cloned().collect();
    let mut fields = Fields::new(theme, Written::Exercise(file, &problems), out);
    if let Some(Way::Field(path)) = wishes::awaited(ui) {
        fields.seek(outline, path);
    }
    let knobs = shape::fields("Exercise");
    let groups = groups();
    let named: Vec<&str> = groups.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    for (title, names) in groups {
        let is_here =
            |name: &str| if names.is_empty() { !named.contains(&name) } else { names.contains(&name) };
        let is_wanted = knobs.iter().any(|field| is_here(&field.name) && fields.seeks(outline, &field.name));
        let header = CollapsingHeader::new(title).id_salt(title).default_open(!names.is_empty());
        let shown = header.open(is_wanted.then_some(true)).show(ui, |ui| {
            for field in &knobs {
                let name = field.name.as_str();
                if is_here(name) {
                    at_path(ui, name, |ui| knob(ui, &mut fields, outline, field, name));
                }
            }
        });
        if is_wanted {
            fields.unfolded(shown.fully_open());
        }
    }
    fields.settle();
    if fields.has_found() {
        wishes::arrived(ui);
    } else {
        wishes::goes_on(ui);
    }
}
