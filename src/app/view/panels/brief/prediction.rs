//! The question before a run, and the sentences that compare the prediction with the result.

use egui::{Color32, Pos2, Sense, Stroke, Ui, Vec2};

use crate::app::model::LabCommand;
use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::run::Run;
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::{decimal, lasting};
use crate::exercise::predict::{Asked, Came, Course, Prediction, Question, Sign};

/// Whether there is anything to say of a prediction: a question, or an answer.
pub(crate) fn is_asked(run: &Run) -> bool {
    run.question().is_some() || matches!(run.notes.forecast, Forecast::Made(_))
}

/// Draws the question, or what was said.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, out: &mut Vec<LabCommand>) {
    match run.notes.forecast {
        Forecast::Open if run.is_unseen() => {
            if let Some(asked) = run.question() {
                ask(ui, theme, &asked, out);
            }
            if widgets::button(ui, theme, t("predict.skip"), None).clicked() {
                out.push(LabCommand::Brief(BriefCommand::Forecast(Forecast::Skipped)));
            }
            return;
        }
        Forecast::Open => drop(ui.label(widgets::faint(theme, t("predict.too_late")))),
        Forecast::Skipped => drop(ui.label(widgets::faint(theme, t("predict.skipped")))),
        Forecast::Made(prediction) => drop(ui.label(tf("predict.quote", &[&said(prediction)]))),
    }
    if run.is_unseen() && widgets::button(ui, theme, t("predict.change"), None).clicked() {
        out.push(LabCommand::Brief(BriefCommand::Forecast(Forecast::Open)));
    }
}

/// Draws the question; an answer becomes a command.
pub(crate) fn ask(ui: &mut Ui, theme: &Theme, asked: &Asked, out: &mut Vec<LabCommand>) {
    let words = asked.say.as_deref().unwrap_or_else(|| question_words(asked.ask));
    let mut say =
        |prediction| out.push(LabCommand::Brief(BriefCommand::Forecast(Forecast::Made(prediction))));
    match asked.ask {
        Question::FirstSign => {
            ui.label(words);
            for sign in Sign::ALL {
                if ui.add(egui::Button::new(sign_words(sign)).wrap()).clicked() {
                    say(Prediction::FirstSign(sign));
                }
            }
        }
        Question::Course => {
            ui.label(words);
            for course in Course::ALL {
                ui.horizontal(|ui| {
                    curve(ui, theme, course);
                    if ui.add(egui::Button::new(course_words(course)).wrap()).clicked() {
                        say(Prediction::Course(course));
                    }
                });
            }
        }
        Question::UsersHarmed => {
            if let Some(number) = number(ui, theme, words, t("predict.users")) {
                say(Prediction::UsersHarmed(number));
            }
        }
        Question::Minutes => {
            if let Some(number) = number(ui, theme, words, t("predict.minutes")) {
                say(Prediction::Minutes(number));
            }
        }
    }
}

/// Asks for a number of `unit`; gives it when it is said.
fn number(ui: &mut Ui, theme: &Theme, ask: &str, unit: &str) -> Option<f64> {
    let label = ui.label(ask);
    let id = ui.id().with(unit);
    let mut text = ui.data_mut(|data| data.get_temp::<String>(id)).unwrap_or_default();
    let read = |text: &str| text.trim().replace(',', "").parse::<f64>().ok();
    let number = read(&text).filter(|number| number.is_finite() && *number >= 0.0);
    let mut said = None;
    ui.horizontal_wrapped(|ui| {
        let field =
            egui::TextEdit::singleline(&mut text).desired_width(64.0).font(egui::TextStyle::Monospace);
        let field = ui.add(field).labelled_by(label.id);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        ui.label(widgets::small(theme, unit));
        if widgets::button(ui, theme, t("predict.say"), None).clicked() || entered {
            said = number;
        }
    });
    if number.is_none() && !text.trim().is_empty() {
        ui.label(widgets::small(theme, t("predict.no_number")).color(theme.harm));
    }
    ui.data_mut(|data| data.insert_temp(id, text));
    said
}

/// A small picture of a course; the button beside it says the same in words.
fn curve(ui: &mut Ui, theme: &Theme, course: Course) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(44.0, 22.0), Sense::hover());
    let points: &[(f32, f32)] = match course {
        Course::Flat => &[(0.0, 0.1), (1.0, 0.1)],
        Course::Jumps => &[(0.0, 0.1), (0.4, 0.1), (0.45, 0.85), (1.0, 0.85)],
        Course::Climbs => &[(0.0, 0.1), (0.3, 0.12), (0.6, 0.35), (1.0, 0.85)],
        Course::Returns => &[(0.0, 0.1), (0.35, 0.1), (0.4, 0.85), (0.6, 0.85), (0.66, 0.1), (1.0, 0.1)],
    };
    let at =
        |&(x, y): &(f32, f32)| Pos2::new(rect.left() + x * rect.width(), rect.bottom() - y * rect.height());
    ui.painter().rect_filled(rect.expand(2.0), 3.0, theme.background);
    let line = egui::Shape::line(points.iter().map(at).collect(), Stroke::new(1.5, theme.caution));
    ui.painter().add(line);
}

/// A question in the lab's own words.
fn question_words(question: Question) -> &'static str {
    match question {
        Question::FirstSign => t("predict.ask.sign"),
        Question::UsersHarmed => t("predict.ask.users"),
        Question::Minutes => t("predict.ask.minutes"),
        Question::Course => t("predict.ask.course"),
    }
}

fn sign_words(sign: Sign) -> &'static str {
    match sign {
        Sign::Errors => t("predict.sign.errors"),
        Sign::Slowness => t("predict.sign.slowness"),
        Sign::Neither => t("predict.sign.neither"),
    }
}

fn course_words(course: Course) -> &'static str {
    match course {
        Course::Flat => t("predict.course.flat"),
        Course::Jumps => t("predict.course.jumps"),
        Course::Climbs => t("predict.course.climbs"),
        Course::Returns => t("predict.course.returns"),
    }
}

/// A prediction in words.
pub(crate) fn said(prediction: Prediction) -> String {
    match prediction {
        Prediction::FirstSign(sign) => sign_words(sign).to_owned(),
        Prediction::Course(course) => course_words(course).to_owned(),
        Prediction::UsersHarmed(users) => tf("predict.said.users", &[&decimal(users, 0)]),
        Prediction::Minutes(minutes) => tf("predict.said.minutes", &[&decimal(minutes, 1)]),
    }
}

/// Whether it came so and what came, in two parts of a sentence, the first with its colour.
pub(crate) fn outcome(
    theme: &Theme,
    prediction: Prediction,
    came: Came,
) -> ((&'static str, Color32), String) {
    let verdict = if prediction.is_right(came) {
        (t("predict.right"), theme.good)
    } else {
        (t("predict.wrong"), theme.caution)
    };
    let long = |span: crate::engine::Span| lasting(span.as_secs_f64());
    let text = match came {
        Came::FirstSign(Sign::Errors, Some(lead)) => tf("predict.came.errors_first", &[&long(lead)]),
        Came::FirstSign(Sign::Errors, None) => t("predict.came.errors").to_owned(),
        Came::FirstSign(Sign::Slowness, Some(lead)) => tf("predict.came.slowness_first", &[&long(lead)]),
        Came::FirstSign(Sign::Slowness, None) => t("predict.came.slowness").to_owned(),
        Came::FirstSign(Sign::Neither, _) => t("predict.came.neither").to_owned(),
        Came::Number(None) => t("predict.came.never").to_owned(),
        Came::Number(Some(number)) if prediction.question() == Question::Minutes => {
            tf("predict.came.minutes", &[&decimal(number, 1)])
        }
        Came::Number(Some(number)) => tf("predict.came.users", &[&decimal(number, 0)]),
        Came::Course(Course::Flat) => t("predict.came.flat").to_owned(),
        Came::Course(Course::Jumps) => t("predict.came.jumps").to_owned(),
        Came::Course(Course::Climbs) => t("predict.came.climbs").to_owned(),
        Came::Course(Course::Returns) => t("predict.came.returns").to_owned(),
    };
    (verdict, text)
}
