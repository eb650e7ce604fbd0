//! The one table of what can be done from anywhere, and by which key. Keys are read from it, and the palette and the list
//! of keys show it.

mod changing;
mod own;
mod slots;
mod written;

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::debrief::DebriefCommand;
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
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase};

pub use changing::{Changing, KeysCommand, Taken};
pub use own::OwnKeys;
pub use slots::{Fixed, Heard, SLOTS, Slot, Subject, fixed};
pub use written::{is_modifier, settled, written};

use slots::{named, way_to};

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// What it is called.
    pub name: String,
    /// Its place among those that have a key.
    pub slot: Option<&'static Slot>,
    /// The key that does it now.
    pub key: Option<KeyboardShortcut>,
    /// What is done; none when it makes no sense now.
    pub command: Option<Command>,
}

/// By how much a key changes the size of text; 1 is as designed.
pub const SCALE_STEP: f32 = 0.25;

/// Everything that can be done now or at other times, in the order of the list of keys.
pub fn deeds(lab: &Lab) -> Vec<Deed> {
    let mut deeds = keyed(lab);
    deeds.extend(unkeyed(lab));
    deeds
}

/// What has a key of its own, or may have one.
pub fn keyed(lab: &Lab) -> Vec<Deed> {
    let mut deeds = Vec::new();
    let mut deed = |id: &str, name: &str, command: Option<Command>| {
        let key = lab.settings.keys.of(id);
        deeds.push(Deed { name: name.to_owned(), slot: named(id), key, command });
    };
    let run = lab.run.as_ref().filter(|_| lab.screen == Screen::Run);
    let here = |order: Order| run.map(|_| Command::Play(order));
    let view = run.map(|run| run.player.view());
    let ask = |asked: RolloutCommand| {
        let view = view.filter(|view| operate::allows(view, asked))?;
        (view.now < view.end).then_some(Command::Play(Order::Act(ManualAction::Command(asked))))
    };
    let is_held = view.is_some_and(|view| view.phase == RolloutPhase::Paused);
    deed("play", t("do.play"), here(Order::Toggle));
    deed("event", t("do.event"), here(Order::StepEvent));
    for (id, name, seconds) in [
        ("second_back", t("do.second_back"), -1),
        ("second", t("do.second"), 1),
        ("back", t("do.back"), -10),
        ("on", t("do.on"), 10),
        ("minute_back", t("do.minute_back"), -60),
        ("minute", t("do.minute"), 60),
    ] {
        deed(id, name, here(Order::StepSeconds(seconds)));
    }
    deed("start", t("do.start"), here(Order::Seek(Time::ZERO)));
    deed("end", t("do.end"), here(Order::Seek(Time(u64::MAX))));
    deed("alert", t("do.alert"), here(Order::Next(Sought::Alert)));
    deed("decision", t("do.decision"), here(Order::Next(Sought::Decision)));
    deed("fork", t("do.fork"), here(Order::Fork));
    let restart = match (lab.screen, &lab.run) {
        (Screen::Run, Some(_)) => Some(Command::Run(RunCommand::Restart)),
        (Screen::Debrief, Some(_)) => Some(Command::Debrief(DebriefCommand::TryAgain)),
        _ => None,
    };
    deed("restart", t("do.restart"), restart);
    deed("roll_back", t("do.roll_back"), ask(RolloutCommand::Abort));
    deed("hold", t("do.hold"), ask(if is_held { RolloutCommand::Resume } else { RolloutCommand::Pause }));
    deed("promote", t("do.promote"), ask(RolloutCommand::Promote));
    let show = |overlay| Some(Command::Show(overlay));
    deed("palette", t("do.palette"), show(Overlay::Palette));
    deed("keys", t("do.keys"), show(Overlay::Keys));
    deed("open", t("do.open"), show(Overlay::Open));
    deed("settings", t("do.settings"), show(Overlay::Settings));
    deed("picture", t("do.picture"), Some(Command::SavePicture));
    let scale = |scale: f32| Some(Command::Set(Setting::TextScale(scale)));
    let now = lab.settings.text_scale;
    deed("larger", t("do.larger"), scale(now + SCALE_STEP));
    deed("smaller", t("do.smaller"), scale(now - SCALE_STEP));
    deed("designed", t("do.designed"), scale(1.0));
    deed("quit", t("do.quit"), Some(Command::Quit));
    for screen in Screen::ALL {
        let is_there = !matches!(screen, Screen::Run | Screen::Debrief) || lab.run.is_some();
        let go = (is_there && lab.screen != screen).then_some(Command::Go(screen));
        deed(way_to(screen), &tf("do.go {}", &[&nav::name(screen)]), go);
    }
    deeds
}

/// What has none, and is found by its name.
fn unkeyed(lab: &Lab) -> Vec<Deed> {
    let mut deeds = Vec::new();
    let mut deed = |name: String, command: Command| {
        deeds.push(Deed { name, slot: None, key: None, command: Some(command) });
    };
    if !lab.notices.is_empty() {
        deed(t("do.dismiss").to_owned(), Command::Dismiss(lab.notices.len() - 1));
    }
    if let (Some(run), Screen::Run) = (&lab.run, lab.screen) {
        let ask = |asked| Command::Play(Order::Act(ManualAction::Command(asked)));
        deed(t("do.promote_all").to_owned(), ask(RolloutCommand::PromoteFull));
        deed(t("do.resume").to_owned(), ask(RolloutCommand::Resume));
        deed(t("do.undo").to_owned(), ask(RolloutCommand::Undo));
        deed(t("do.retry").to_owned(), ask(RolloutCommand::Retry));
        deed(t("do.kill_flag").to_owned(), ask(RolloutCommand::KillFlag));
        let view = run.player.view();
        let act = |action| Command::Play(Order::Act(action));
        for alert in view.pages.iter().filter_map(|page| page.alerts.first()) {
            deed(
                tf("operate.acknowledge", &[alert]),
                act(ManualAction::Acknowledge { alert: alert.clone() }),
            );
        }
        if let Some(Thing::Instance(instance)) = lab.stage.chosen {
            deed(tf("operate.drain_this", &[&instance]), act(ManualAction::DrainInstance { instance }));
            deed(tf("operate.restart_this", &[&instance]), act(ManualAction::RestartInstance { instance }));
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

/// Reads the keys pressed since the last frame.
pub fn read(ctx: &Context, lab: &Lab, out: &mut Vec<Command>) {
    // Escape is looked at only: what is being written hears it as well.
    let closes = lab.overlay.is_some() || !lab.notices.is_empty();
    if closes && ctx.input(|input| input.key_pressed(Key::Escape)) {
        out.push(Command::Close);
    }
    if lab.changing().is_some() {
        return;
    }
    let is_writing = ctx.text_edit_focused();
    let is_focused = ctx.memory(|memory| memory.focused().is_some());
    let is_free = !is_writing && lab.overlay.is_none() && !egui::Popup::is_any_open(ctx);
    let mut deeds = keyed(lab);
    // One that is held with Shift or Ctrl comes before the same without: egui takes the first that is met.
    let held = |key: KeyboardShortcut| {
        let Modifiers { alt, shift, command, .. } = key.modifiers;
        [alt, shift, command].into_iter().filter(|is_held| *is_held).count()
    };
    deeds.sort_by_key(|deed| std::cmp::Reverse(deed.key.map(held)));
    for deed in deeds {
        let (Some(slot), Some(key), Some(command)) = (deed.slot, deed.key, deed.command) else { continue };
        let is_heard = match slot.heard {
            Heard::Always => true,
            Heard::Free => is_free,
            Heard::Unfocused => is_free && !is_focused,
        };
        // A plus may need Shift, and may be on the row of digits.
        let is_pressed = is_heard
            && ctx.input_mut(|input| {
                let is_plus = key.logical_key == Key::Plus;
                input.consume_shortcut(&key) || is_plus && input.consume_key(key.modifiers, Key::Equals)
            });
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
    fn every_slot_has_one_deed_in_the_same_order() {
        let lab = Lab::new(super::super::lab::Start::default());
        let ids: Vec<&str> = keyed(&lab).iter().map(|deed| deed.slot.unwrap().id).collect();
        assert_eq!(ids, SLOTS.iter().map(|slot| slot.id).collect::<Vec<_>>());
    }
}
