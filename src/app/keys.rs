//! The one table of what can be done from anywhere, and by which key. Keys are read from it, and the palette and the list
//! of keys show it.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::lab::{Overlay, Screen};
use super::panels::{nav, operate};
use super::player::{Order, Sought};
use super::run::RunCommand;
use super::settings::Setting;
use super::stage::Thing;
use super::texts::{t, tf};
use super::theme::{Palette, Shade};
use super::{Command, Lab};
use crate::engine::Time;
use crate::sim::{Action, Command as Asked, Phase};

/// When a key is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Always, also while something is written.
    Always,
    /// While nothing is written and nothing lies over the screen.
    Free,
    /// And nothing has the focus either: buttons and sliders know this key themselves.
    Unfocused,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// What it is called.
    pub name: String,
    /// The key that does it.
    pub key: Option<KeyboardShortcut>,
    /// When that key is heard.
    pub heard: Heard,
    /// What is done; none when it makes no sense now.
    pub command: Option<Command>,
}

/// By how much a key changes the size of text; 1 is as designed.
pub const SCALE_STEP: f32 = 0.25;

const fn key(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}

/// Everything that can be done now or at other times, in the order of the list of keys.
pub fn deeds(lab: &Lab) -> Vec<Deed> {
    let mut deeds = keyed(lab);
    deeds.extend(unkeyed(lab));
    deeds
}

/// What has a key.
fn keyed(lab: &Lab) -> Vec<Deed> {
    const ALT: Modifiers = Modifiers::ALT;
    const CTRL: Modifiers = Modifiers::COMMAND;
    const NONE: Modifiers = Modifiers::NONE;
    let mut deeds = Vec::new();
    let mut deed = |name: &str, key, heard, command: Option<Command>| {
        deeds.push(Deed { name: name.to_owned(), key, heard, command });
    };
    let run = lab.run.as_ref().filter(|_| lab.screen == Screen::Run);
    let here = |order: Order| run.map(|_| Command::Play(order));
    let view = run.map(|run| run.player.view());
    let ask = |asked: Asked| {
        let view = view.filter(|view| operate::allows(view, asked))?;
        (view.now < view.end).then_some(Command::Play(Order::Act(Action::Command(asked))))
    };
    let is_held = view.is_some_and(|view| view.phase == Phase::Paused);
    deed(t("do.play"), key(NONE, Key::Space), Heard::Unfocused, here(Order::Toggle));
    deed(t("do.roll_back"), key(NONE, Key::B), Heard::Free, ask(Asked::Abort));
    deed(
        t("do.hold"),
        key(NONE, Key::P),
        Heard::Free,
        ask(if is_held { Asked::Resume } else { Asked::Pause }),
    );
    deed(t("do.promote"), key(NONE, Key::N), Heard::Free, ask(Asked::Promote));
    deed(t("do.fork"), key(NONE, Key::F), Heard::Free, here(Order::Fork));
    let restart = run.map(|_| Command::Run(RunCommand::Restart));
    deed(t("do.restart"), key(NONE, Key::R), Heard::Free, restart);
    const SHIFT: Modifiers = Modifiers::SHIFT;
    deed(t("do.event"), key(NONE, Key::Period), Heard::Free, here(Order::StepEvent));
    for (modifiers, arrow, name, seconds) in [
        (SHIFT, Key::ArrowLeft, t("do.minute_back"), -60),
        (SHIFT, Key::ArrowRight, t("do.minute"), 60),
        (CTRL, Key::ArrowLeft, t("do.second_back"), -1),
        (CTRL, Key::ArrowRight, t("do.second"), 1),
    ] {
        deed(name, key(modifiers, arrow), Heard::Unfocused, here(Order::StepSeconds(seconds)));
    }
    deed(t("do.back"), key(NONE, Key::ArrowLeft), Heard::Unfocused, here(Order::StepSeconds(-10)));
    deed(t("do.on"), key(NONE, Key::ArrowRight), Heard::Unfocused, here(Order::StepSeconds(10)));
    deed(t("do.start"), key(NONE, Key::Home), Heard::Unfocused, here(Order::Seek(Time::ZERO)));
    deed(t("do.end"), key(NONE, Key::End), Heard::Unfocused, here(Order::Seek(Time(u64::MAX))));
    deed(t("do.alert"), key(NONE, Key::A), Heard::Free, here(Order::Next(Sought::Alert)));
    deed(t("do.decision"), key(NONE, Key::D), Heard::Free, here(Order::Next(Sought::Decision)));
    let show = |overlay| Some(Command::Show(overlay));
    deed(t("do.palette"), key(CTRL, Key::K), Heard::Always, show(Overlay::Palette));
    deed(t("do.keys"), key(NONE, Key::F1), Heard::Always, show(Overlay::Keys));
    deed(t("do.open"), key(CTRL, Key::O), Heard::Always, show(Overlay::Open));
    deed(t("do.settings"), key(CTRL, Key::Comma), Heard::Always, show(Overlay::Settings));
    deed(t("do.picture"), key(NONE, Key::F12), Heard::Always, Some(Command::SavePicture));
    deed(t("do.quit"), key(CTRL, Key::Q), Heard::Always, Some(Command::Quit));
    let close = lab.overlay.is_some() || !lab.notices.is_empty();
    deed(t("do.close"), key(NONE, Key::Escape), Heard::Always, close.then_some(Command::Close));
    let scale = |scale: f32| Some(Command::Set(Setting::TextScale(scale)));
    let now = lab.settings.text_scale;
    deed(t("do.larger"), key(CTRL, Key::Plus), Heard::Always, scale(now + SCALE_STEP));
    deed(t("do.smaller"), key(CTRL, Key::Minus), Heard::Always, scale(now - SCALE_STEP));
    deed(t("do.designed"), key(CTRL, Key::Num0), Heard::Always, scale(1.0));
    for (screen, number) in Screen::ALL.into_iter().zip([
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
        Key::Num7,
        Key::Num8,
    ]) {
        let is_there = !matches!(screen, Screen::Run | Screen::Debrief) || lab.run.is_some();
        let go = (is_there && lab.screen != screen).then_some(Command::Go(screen));
        deed(&tf("do.go {}", &[&nav::name(screen)]), key(ALT, number), Heard::Always, go);
    }
    deeds
}

/// What has none, and is found by its name.
fn unkeyed(lab: &Lab) -> Vec<Deed> {
    let mut deeds = Vec::new();
    let mut deed = |name: String, command: Command| {
        deeds.push(Deed { name, key: None, heard: Heard::Free, command: Some(command) });
    };
    if let (Some(run), Screen::Run) = (&lab.run, lab.screen) {
        let ask = |asked| Command::Play(Order::Act(Action::Command(asked)));
        deed(t("do.promote_all").to_owned(), ask(Asked::PromoteFull));
        deed(t("do.resume").to_owned(), ask(Asked::Resume));
        deed(t("do.undo").to_owned(), ask(Asked::Undo));
        deed(t("do.retry").to_owned(), ask(Asked::Retry));
        deed(t("do.kill_flag").to_owned(), ask(Asked::KillFlag));
        let view = run.player.view();
        let act = |action| Command::Play(Order::Act(action));
        for alert in view.pages.iter().filter_map(|page| page.alerts.first()) {
            deed(tf("operate.acknowledge", &[alert]), act(Action::Acknowledge { alert: alert.clone() }));
        }
        if let Some(Thing::Instance(instance)) = lab.stage.chosen {
            deed(tf("operate.drain_this", &[&instance]), act(Action::DrainInstance { instance }));
            deed(tf("operate.restart_this", &[&instance]), act(Action::RestartInstance { instance }));
        }
        deed(t("do.finish").to_owned(), Command::Run(RunCommand::Finish));
        let cases = run.entry().map_or(0, |entry| entry.exercise.cases.len());
        for case in (0..cases).filter(|case| *case != run.case.0) {
            deed(tf("do.case {}", &[&(case + 1)]), Command::Run(RunCommand::Case(case)));
        }
        deed(t("do.seed").to_owned(), Command::Run(RunCommand::Seed(run.seed + 1)));
    }
    for entry in &lab.catalog.exercises {
        deed(tf("do.exercise {}", &[&entry.exercise.title]), Command::OpenExercise(entry.id.clone()));
    }
    for world in &lab.catalog.worlds {
        deed(tf("do.scenario {}", &[&world.scenario.title]), Command::OpenScenario(world.id.clone()));
    }
    for plan in lab.shelf.newest_first() {
        let open = super::shelf::ShelfCommand::Open(plan.number);
        deed(tf("do.plan {}", &[&plan.name]), Command::Shelf(open));
    }
    let settings = &lab.settings;
    let mut set = |name: &str, setting| deed(name.to_owned(), Command::Set(setting));
    match settings.shade {
        Shade::Dark => set(t("do.light"), Setting::Shade(Shade::Light)),
        Shade::Light => set(t("do.dark"), Setting::Shade(Shade::Dark)),
    }
    match settings.palette {
        Palette::Wong => set(t("do.tol"), Setting::Palette(Palette::Tol)),
        Palette::Tol => set(t("do.wong"), Setting::Palette(Palette::Wong)),
    }
    let motion = if settings.reduced_motion { t("do.motion") } else { t("do.still") };
    set(motion, Setting::ReducedMotion(!settings.reduced_motion));
    if !settings.all_panels {
        set(t("do.all_panels"), Setting::AllPanels(true));
    }
    set(t("do.layout"), Setting::Layout(Box::new(super::panels::dock::layout())));
    set(t("do.welcome"), Setting::Welcome(0));
    deeds
}

/// A key as people read it.
pub fn written(shortcut: KeyboardShortcut) -> String {
    let mut text = String::new();
    for (is_held, name) in [
        (shortcut.modifiers.command || shortcut.modifiers.ctrl, t("key.ctrl")),
        (shortcut.modifiers.alt, t("key.alt")),
        (shortcut.modifiers.shift, t("key.shift")),
    ] {
        if is_held {
            text.push_str(name);
            text.push(' ');
        }
    }
    text.push_str(match shortcut.logical_key {
        Key::Space => t("key.space"),
        Key::Escape => t("key.escape"),
        Key::ArrowLeft => t("key.left"),
        Key::ArrowRight => t("key.right"),
        Key::Plus => "+",
        Key::Minus => "-",
        Key::Comma => ",",
        other => other.name(),
    });
    text
}

/// Reads the keys pressed since the last frame.
pub fn read(ctx: &Context, lab: &Lab, out: &mut Vec<Command>) {
    let is_writing = ctx.text_edit_focused();
    let is_focused = ctx.memory(|memory| memory.focused().is_some());
    let is_free = !is_writing && lab.overlay.is_none() && !egui::Popup::is_any_open(ctx);
    for deed in keyed(lab) {
        // One that is held with Shift or Ctrl comes before the same without: egui takes the first that is met.
        let (Some(key), Some(command)) = (deed.key, deed.command) else { continue };
        let is_heard = match deed.heard {
            Heard::Always => true,
            Heard::Free => is_free,
            Heard::Unfocused => is_free && !is_focused,
        };
        if !is_heard {
            continue;
        }
        // Escape is looked at only: what is being written hears it as well.
        let is_pressed = match key.logical_key {
            Key::Escape => ctx.input(|input| input.key_pressed(Key::Escape)),
            // A plus may need Shift, and may be on the row of digits.
            Key::Plus => ctx.input_mut(|input| {
                input.consume_shortcut(&key) || input.consume_key(Modifiers::COMMAND, Key::Equals)
            }),
            _ => ctx.input_mut(|input| input.consume_shortcut(&key)),
        };
        if is_pressed {
            out.push(command);
        }
    }
    let asks =
        |input: &egui::InputState| input.events.iter().any(|event| *event == egui::Event::Text("?".into()));
    if is_free && ctx.input(asks) {
        out.push(Command::Show(Overlay::Keys));
    }
}

/// How well `name` answers what was written: each word of it must be there, letters in order; more for words that begin
/// with it and for letters side by side. None when it does not answer.
pub fn answers(written: &str, name: &str) -> Option<u32> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    written.to_lowercase().split_whitespace().map(|word| found(word, &name)).sum()
}

fn found(word: &str, name: &[char]) -> Option<u32> {
    let word: Vec<char> = word.chars().collect();
    let begins = |at: usize| at == 0 || !name[at - 1].is_alphanumeric();
    let whole = name.windows(word.len()).enumerate().filter(|(_, part)| *part == word.as_slice());
    let best = whole.map(|(at, _)| if begins(at) { 300 } else { 200 }).max();
    let joined: Vec<char> = name.iter().copied().filter(|letter| letter.is_alphanumeric()).collect();
    let joined = joined.windows(word.len()).any(|part| part == word.as_slice()).then_some(100);
    best.or(joined).or_else(|| {
        let (mut at, mut points) = (0, 0);
        for letter in &word {
            let next = name[at..].iter().position(|other| other == letter)?;
            points += if begins(at + next) { 10 } else { 2 } + u32::from(next == 0) * 5;
            at += next + 1;
        }
        Some(points)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_answer_better_than_scattered_letters_and_a_missing_letter_does_not() {
        let whole = answers("roll", "Roll back").unwrap();
        let inside = answers("back", "Playback").unwrap();
        let scattered = answers("rlb", "Roll back").unwrap();
        assert!(whole > inside && inside > scattered, "{whole} {inside} {scattered}");
        assert_eq!(answers("rollz", "Roll back"), None);
        assert!(answers("back roll", "Roll back").is_some());
        assert_eq!(answers("", "Roll back"), Some(0));
    }

    #[test]
    fn no_two_deeds_have_the_same_key() {
        let lab = Lab::new(super::super::lab::Start::default());
        let mut keys: Vec<String> = keyed(&lab).iter().filter_map(|deed| deed.key).map(written).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
