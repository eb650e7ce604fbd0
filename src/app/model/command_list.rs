//! The list of all commands that can be given now, with their names and shortcuts. Keys are read from it; the palette and
//! the list of keys show it.

use egui::KeyboardShortcut;

use crate::app::model::catalog::Entry;
use crate::app::model::command::LabCommand;
use crate::app::model::debrief::DebriefCommand;
use crate::app::model::keys::{Shortcut, named, way_to};
use crate::app::model::lab::Lab;
use crate::app::model::look::{Palette, Shade};
use crate::app::model::order::{Order, Sought};
use crate::app::model::run::RunCommand;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::stage::Thing;
use crate::app::texts::{languages, spoken, t, tf};
use crate::engine::Time;
use crate::library::cards::cards;
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase};

/// A command with its name and its key.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedCommand {
    /// Its name.
    pub name: String,
    /// Other words by which it is found: synonyms, ids, what is learned.
    pub words: String,
    /// Its shortcut, if it can have one.
    pub shortcut: Option<&'static Shortcut>,
    /// Its present key.
    pub key: Option<KeyboardShortcut>,
    /// The command; `None` when it makes no sense now.
    pub command: Option<LabCommand>,
}

/// By how much a key changes the size of text; 1 is the default size.
pub const SCALE_STEP: f32 = 0.25;

/// All commands, those with a shortcut first, in the order of the list of keys.
pub fn commands(lab: &Lab) -> Vec<NamedCommand> {
    let mut list = keyed_commands(lab);
    list.extend(unkeyed_commands(lab));
    list
}

/// The commands that have a shortcut.
pub fn keyed_commands(lab: &Lab) -> Vec<NamedCommand> {
    let mut list = Vec::new();
    let mut add = |id: &str, name: &str, command: Option<LabCommand>| {
        let key = lab.settings.keys.of(id);
        let words = synonyms(id).to_owned();
        list.push(NamedCommand { name: name.to_owned(), words, shortcut: named(id), key, command });
    };
    let run = lab.run.as_ref().filter(|_| lab.screen == Screen::Run);
    let view = run.map(|run| run.player.snapshot());
    let here = |order: Order| run.map(|_| LabCommand::Play(order));
    // There is no way on from the end, and none back from the start.
    let on = |order: Order| here(order).filter(|_| view.is_some_and(|view| !view.is_over()));
    let back = |order: Order| here(order).filter(|_| view.is_some_and(|view| view.now > Time::ZERO));
    let ask = |asked: RolloutCommand| {
        let view = view.filter(|view| view.allows(asked))?;
        (view.now < view.end).then_some(LabCommand::Play(Order::act(ManualAction::Command(asked))))
    };
    let is_held = view.is_some_and(|view| view.phase == RolloutPhase::Paused);
    add("play", t("do.play"), on(Order::Toggle));
    add("event", t("do.event"), on(Order::StepEvent));
    for (id, name, seconds) in [
        ("second_back", t("do.second_back"), -1),
        ("second", t("do.second"), 1),
        ("back", t("do.back"), -10),
        ("on", t("do.on"), 10),
        ("minute_back", t("do.minute_back"), -60),
        ("minute", t("do.minute"), 60),
    ] {
        let order = Order::StepSeconds(seconds);
        add(id, name, if seconds < 0 { back(order) } else { on(order) });
    }
    add("start", t("do.start"), back(Order::Seek(Time::ZERO)));
    add("end", t("do.end"), on(Order::Seek(Time(u64::MAX))));
    add("alert", t("do.alert"), on(Order::Next(Sought::Alert)));
    add("decision", t("do.decision"), on(Order::Next(Sought::Decision)));
    add("fork", t("do.fork"), here(Order::Fork));
    let restart = match (lab.screen, &lab.run) {
        (Screen::Run, Some(_)) => Some(LabCommand::Run(RunCommand::Restart)),
        (Screen::Debrief, Some(_)) => Some(LabCommand::Debrief(DebriefCommand::TryAgain)),
        _ => None,
    };
    add("restart", t("do.restart"), restart);
    add("roll_back", t("do.roll_back"), ask(RolloutCommand::Abort));
    add("hold", t("do.hold"), ask(if is_held { RolloutCommand::Resume } else { RolloutCommand::Pause }));
    add("promote", t("do.promote"), ask(RolloutCommand::Promote));
    let show = |overlay| Some(LabCommand::Show(overlay));
    add("palette", t("do.palette"), show(Overlay::Palette));
    add("keys", t("do.keys"), show(Overlay::Keys));
    add("open", t("do.open"), show(Overlay::Open));
    add("settings", t("do.settings"), show(Overlay::Settings));
    add("picture", t("do.picture"), Some(LabCommand::SavePicture));
    let scale = |scale: f32| Some(LabCommand::Set(Setting::TextScale(scale)));
    let now = lab.settings.text_scale;
    add("larger", t("do.larger"), scale(now + SCALE_STEP));
    add("smaller", t("do.smaller"), scale(now - SCALE_STEP));
    add("designed", t("do.designed"), scale(1.0));
    add("quit", t("do.quit"), Some(LabCommand::Quit));
    for screen in Screen::ALL {
        let is_there = !matches!(screen, Screen::Run | Screen::Debrief) || lab.run.is_some();
        let go = (is_there && lab.screen != screen).then_some(LabCommand::Go(screen));
        add(way_to(screen), &tf("do.go {}", &[&screen.name()]), go);
    }
    list
}

/// What people of the field also call the command of this shortcut.
fn synonyms(id: &str) -> &'static str {
    match id {
        "roll_back" => t("words.roll_back"),
        "hold" => t("words.pause"),
        "promote" => t("words.promote"),
        "fork" => t("words.fork"),
        "restart" => t("words.restart"),
        "settings" => t("words.settings"),
        "larger" | "smaller" | "designed" => t("words.zoom"),
        "keys" => t("words.keys"),
        "palette" => t("words.palette"),
        "picture" => t("words.picture"),
        "quit" => t("words.quit"),
        "open" => t("words.open"),
        "go_compare" => t("words.compare"),
        "go_sandbox" => t("words.sandbox"),
        "go_museum" => t("words.museum"),
        "go_rehearsal" => t("words.rehearsal"),
        // All others are found by their names.
        _ => "",
    }
}

/// The words by which an exercise is found: its id, what it is about, what is learned, and what its plan may change.
fn words_of(entry: &Entry) -> String {
    let exercise = &entry.exercise;
    let fields = exercise.allow.iter().filter_map(|allow| allow.field()).collect::<Vec<_>>().join(" ");
    let strategy = format!("{:?}", entry.starter.strategy.name());
    format!("{} {} {} {fields} {strategy}", entry.id, exercise.subject, exercise.objectives.join(" "))
}

/// A command without a shortcut, with its name and other words for it.
const fn unkeyed(name: String, words: String, command: LabCommand) -> NamedCommand {
    NamedCommand { name, words, shortcut: None, key: None, command: Some(command) }
}

/// What people of the field also call a command that has no shortcut.
fn called(command: &LabCommand) -> &'static str {
    match command {
        LabCommand::Show(Overlay::HandIn) => t("words.hand_in"),
        LabCommand::Show(Overlay::Judges) => t("words.judges"),
        LabCommand::Show(Overlay::Glossary) => t("words.glossary"),
        LabCommand::Run(RunCommand::Finish) => t("words.finish"),
        LabCommand::Run(RunCommand::Seed(_)) => t("words.seed"),
        LabCommand::Debrief(DebriefCommand::SaveSession) => t("words.save"),
        LabCommand::Set(Setting::Shade(_)) => t("words.shade"),
        LabCommand::Set(Setting::Palette(_)) => t("words.colours"),
        LabCommand::Set(Setting::ReducedMotion(_)) => t("words.motion"),
        LabCommand::Set(Setting::Layout(_) | Setting::AllPanels(_)) => t("words.layout"),
        LabCommand::Set(Setting::Language(_)) => t("words.language"),
        LabCommand::BeginIntroduction => t("words.welcome"),
        LabCommand::Play(Order::ForkWithoutLater) => t("words.without_later"),
        LabCommand::Play(Order::Act { action: ManualAction::Command(command), .. }) => match command {
            RolloutCommand::PromoteFull => t("words.promote_all"),
            RolloutCommand::Undo => t("words.undo"),
            RolloutCommand::KillFlag => t("words.kill_flag"),
            _ => "",
        },
        // All others are found by their names.
        _ => "",
    }
}

/// The commands without a shortcut, which are found by name.
fn unkeyed_commands(lab: &Lab) -> Vec<NamedCommand> {
    let mut list = Vec::new();
    let mut add_with = |name, words, command| list.push(unkeyed(name, words, command));
    for entry in &lab.catalog.exercises {
        let name = tf("do.exercise {}", &[&entry.exercise.title]);
        add_with(name, words_of(entry), LabCommand::OpenExercise(entry.id.clone()));
    }
    for world in &lab.catalog.worlds {
        let words = format!("{} {}", world.id, world.scenario.about);
        add_with(
            tf("do.scenario {}", &[&world.scenario.title]),
            words,
            LabCommand::OpenScenario(world.id.clone()),
        );
    }
    for card in cards(spoken().id) {
        let words = format!("{} {}", card.id, card.words.join(" "));
        add_with(tf("do.card {}", &[&card.title]), words, LabCommand::Card(card.id.clone()));
    }
    // They stand after what can be done in the run.
    let worlds = std::mem::take(&mut list);
    let mut add = |name, command| list.push(unkeyed(name, called(&command).to_owned(), command));
    if !lab.notices.is_empty() {
        add(t("do.dismiss").to_owned(), LabCommand::Dismiss(lab.notices.len() - 1));
    }
    if let (Some(run), Screen::Run) = (&lab.run, lab.screen) {
        let ask = |asked| LabCommand::Play(Order::act(ManualAction::Command(asked)));
        add(t("do.promote_all").to_owned(), ask(RolloutCommand::PromoteFull));
        add(t("do.resume").to_owned(), ask(RolloutCommand::Resume));
        add(t("do.undo").to_owned(), ask(RolloutCommand::Undo));
        add(t("do.retry").to_owned(), ask(RolloutCommand::Retry));
        add(t("do.kill_flag").to_owned(), ask(RolloutCommand::KillFlag));
        let view = run.player.snapshot();
        let act = |action| LabCommand::Play(Order::act(action));
        for alert in view.pages.iter().filter_map(|page| page.alerts.first()) {
            add(tf("operate.acknowledge", &[alert]), act(ManualAction::Acknowledge { alert: alert.clone() }));
        }
        if let Some(Thing::Instance(instance)) = lab.stage.chosen {
            for (name, action) in [
                ("operate.drain_this", ManualAction::DrainInstance { instance }),
                ("operate.restart_this", ManualAction::RestartInstance { instance }),
            ] {
                if run.may_by_hand(&action) {
                    add(tf(name, &[&instance]), act(action));
                }
            }
        }
        if view.has_later_actions() {
            add(t("do.without_later").to_owned(), LabCommand::Play(Order::ForkWithoutLater));
        }
        if run.entry().is_some() {
            add(t("do.hand_in").to_owned(), LabCommand::Show(Overlay::HandIn));
        }
        add(t("debrief.save").to_owned(), LabCommand::Debrief(DebriefCommand::SaveSession));
        add(t("do.finish").to_owned(), LabCommand::Run(RunCommand::Finish));
        let cases = run.entry().map_or(0, |entry| entry.exercise.cases.len());
        for case in (0..cases).filter(|case| *case != run.case.0) {
            add(tf("do.case {}", &[&(case + 1)]), LabCommand::Run(RunCommand::Case(case)));
        }
        add(t("do.seed").to_owned(), LabCommand::Run(RunCommand::Seed(run.seed + 1)));
    }
    if let (Some(run), Screen::Debrief) = (&lab.run, lab.screen) {
        add(t("debrief.save").to_owned(), LabCommand::Debrief(DebriefCommand::SaveSession));
        if run.entry().is_some() {
            add(t("do.hand_in").to_owned(), LabCommand::Show(Overlay::HandIn));
        }
    }
    list.extend(worlds);
    let mut add = |name, command| list.push(unkeyed(name, called(&command).to_owned(), command));
    for plan in lab.saved_plans.newest_first() {
        let open = crate::app::model::saved_plans::SavedPlansCommand::Open(plan.number);
        add(tf("do.plan {}", &[&plan.name]), LabCommand::SavedPlans(open));
    }
    add(t("do.judges").to_owned(), LabCommand::Show(Overlay::Judges));
    add(t("do.glossary").to_owned(), LabCommand::Show(Overlay::Glossary));
    let settings = &lab.settings;
    let mut set = |name: &str, setting| add(name.to_owned(), LabCommand::Set(setting));
    match settings.shade {
        Shade::Dark => set(t("do.light"), Setting::Shade(Shade::Light)),
        Shade::Light => set(t("do.dark"), Setting::Shade(Shade::Dark)),
    }
    match settings.palette {
        Palette::Wong => set(t("do.tol"), Setting::Palette(Palette::Tol)),
        Palette::Tol => set(t("do.wong"), Setting::Palette(Palette::Wong)),
    }
    for language in languages().iter().filter(|language| language.id != spoken().id) {
        set(&tf("do.language {}", &[&language.own_name()]), Setting::Language(language.id.to_owned()));
    }
    let motion = if settings.reduced_motion { t("do.motion") } else { t("do.still") };
    set(motion, Setting::ReducedMotion(!settings.reduced_motion));
    if !settings.all_panels {
        set(t("do.all_panels"), Setting::AllPanels(true));
    }
    set(t("do.layout"), Setting::Layout(Box::new(crate::app::model::panes::layout())));
    add(t("do.welcome").to_owned(), LabCommand::BeginIntroduction);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::keys::SHORTCUTS;

    #[test]
    fn every_slot_has_one_deed_in_the_same_order() {
        let lab = Lab::new(crate::app::model::lab::Start::default());
        let ids: Vec<&str> = keyed_commands(&lab).iter().map(|entry| entry.shortcut.unwrap().id).collect();
        assert_eq!(ids, SHORTCUTS.iter().map(|shortcut| shortcut.id).collect::<Vec<_>>());
    }
}
