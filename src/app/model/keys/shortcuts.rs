//! The shortcuts: the commands that have a key, their ids in the settings, and their default keys. Also the fixed keys, which
//! belong to parts of the screen and cannot be changed.

use egui::{Key, KeyboardShortcut, Modifiers};
use strum::VariantArray;

use crate::app::model::keys::written::{self, written};
use crate::app::model::screen::Screen;
use crate::app::texts::{t, tf};

/// When a shortcut is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Always, also while text is edited.
    Always,
    /// While no text is edited and no overlay is open.
    Free,
    /// As `Free`, and while nothing has the focus: buttons and sliders use this key themselves.
    Unfocused,
}

/// What a key is about; the headings of the list of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Subject {
    /// Time in a run.
    Time,
    /// The rollout of a run.
    Rollout,
    /// The plan's pane.
    Plan,
    /// The stage's pane.
    Stage,
    /// Charts and the bar of time.
    Charts,
    /// What every screen has.
    Anywhere,
    /// The ways between screens.
    Screens,
    /// The focus of the keyboard.
    Focus,
}

impl Subject {
    /// All, in the order of the list.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => t("keys.of.time"),
            Self::Rollout => t("keys.of.rollout"),
            Self::Plan => t("keys.of.plan"),
            Self::Stage => t("keys.of.stage"),
            Self::Charts => t("keys.of.charts"),
            Self::Anywhere => t("keys.of.anywhere"),
            Self::Screens => t("keys.of.screens"),
            Self::Focus => t("keys.of.focus"),
        }
    }
}

/// A command that has a key, or can have one.
#[derive(Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// Its id in the settings. It never changes.
    pub id: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// When its key is heard.
    pub heard: Heard,
    /// Its default key.
    pub default: KeyboardShortcut,
}

const fn shortcut(
    id: &'static str,
    subject: Subject,
    heard: Heard,
    (modifiers, key): (Modifiers, Key),
) -> Shortcut {
    Shortcut { id, subject, heard, default: KeyboardShortcut::new(modifiers, key) }
}

const NONE: Modifiers = Modifiers::NONE;

const CTRL: Modifiers = Modifiers::COMMAND;

const ALT: Modifiers = Modifiers::ALT;

const SHIFT: Modifiers = Modifiers::SHIFT;

const CTRL_SHIFT: Modifiers = CTRL.plus(SHIFT);

/// All shortcuts, in the order of the list of keys.
pub static SHORTCUTS: [Shortcut; 36] = {
    use Heard::{Always, Free, Unfocused};
    use Subject::{Anywhere, Rollout, Screens, Time};
    [
        shortcut("play", Time, Unfocused, (NONE, Key::Space)),
        shortcut("event", Time, Free, (NONE, Key::Period)),
        shortcut("second_back", Time, Unfocused, (CTRL, Key::ArrowLeft)),
        shortcut("second", Time, Unfocused, (CTRL, Key::ArrowRight)),
        shortcut("back", Time, Unfocused, (NONE, Key::ArrowLeft)),
        shortcut("on", Time, Unfocused, (NONE, Key::ArrowRight)),
        shortcut("minute_back", Time, Unfocused, (SHIFT, Key::ArrowLeft)),
        shortcut("minute", Time, Unfocused, (SHIFT, Key::ArrowRight)),
        shortcut("start", Time, Unfocused, (NONE, Key::Home)),
        shortcut("end", Time, Unfocused, (NONE, Key::End)),
        shortcut("alert", Time, Free, (NONE, Key::A)),
        shortcut("decision", Time, Free, (NONE, Key::D)),
        shortcut("fork", Time, Free, (NONE, Key::F)),
        shortcut("restart", Time, Free, (NONE, Key::R)),
        shortcut("roll_back", Rollout, Free, (NONE, Key::B)),
        shortcut("hold", Rollout, Free, (NONE, Key::P)),
        shortcut("promote", Rollout, Free, (NONE, Key::N)),
        shortcut("palette", Anywhere, Always, (CTRL, Key::K)),
        shortcut("keys", Anywhere, Always, (NONE, Key::F1)),
        shortcut("open", Anywhere, Always, (CTRL, Key::O)),
        shortcut("settings", Anywhere, Always, (CTRL, Key::Comma)),
        shortcut("picture", Anywhere, Always, (NONE, Key::F12)),
        shortcut("larger", Anywhere, Always, (CTRL, Key::Plus)),
        shortcut("smaller", Anywhere, Always, (CTRL, Key::Minus)),
        shortcut("designed", Anywhere, Always, (CTRL, Key::Num0)),
        shortcut("quit", Anywhere, Always, (CTRL, Key::Q)),
        shortcut("go_course", Screens, Always, (ALT, Key::Num1)),
        shortcut("go_sandbox", Screens, Always, (ALT, Key::Num2)),
        shortcut("go_museum", Screens, Always, (ALT, Key::Num3)),
        shortcut("go_compare", Screens, Always, (ALT, Key::Num4)),
        shortcut("go_plans", Screens, Always, (ALT, Key::Num5)),
        shortcut("go_facilitate", Screens, Always, (ALT, Key::Num6)),
        shortcut("go_run", Screens, Always, (ALT, Key::Num7)),
        shortcut("go_debrief", Screens, Always, (ALT, Key::Num8)),
        shortcut("go_author", Screens, Always, (ALT, Key::Num9)),
        shortcut("go_rehearsal", Screens, Always, (ALT, Key::Num0)),
    ]
};

/// The shortcut of this id.
pub fn named(id: &str) -> Option<&'static Shortcut> {
    SHORTCUTS.iter().find(|shortcut| shortcut.id == id)
}

/// The id of the shortcut that goes to a screen.
pub const fn way_to(screen: Screen) -> &'static str {
    match screen {
        Screen::Course => "go_course",
        Screen::Sandbox => "go_sandbox",
        Screen::Museum => "go_museum",
        Screen::Compare => "go_compare",
        Screen::Plans => "go_plans",
        Screen::Classroom => "go_facilitate",
        Screen::Run => "go_run",
        Screen::Debrief => "go_debrief",
        Screen::Author => "go_author",
        Screen::Rehearsal => "go_rehearsal",
    }
}

/// A fixed key, which belongs to a part of the screen.
pub struct Fixed {
    /// What it is about.
    pub subject: Subject,
    /// The key in words.
    pub written: &'static str,
    /// What it does.
    pub name: &'static str,
    /// The keys themselves.
    keys: &'static [(Modifiers, Key)],
    /// Whether it is active also when nothing has the focus.
    is_wide: bool,
}

const NUMBERS: [(Modifiers, Key); 9] = [
    (NONE, Key::Num1),
    (NONE, Key::Num2),
    (NONE, Key::Num3),
    (NONE, Key::Num4),
    (NONE, Key::Num5),
    (NONE, Key::Num6),
    (NONE, Key::Num7),
    (NONE, Key::Num8),
    (NONE, Key::Num9),
];

/// The fixed keys, in the order of the list.
pub fn fixed() -> Vec<Fixed> {
    let of = |subject, is_wide| {
        move |written, name, keys: &'static [(Modifiers, Key)]| Fixed {
            subject,
            written,
            name,
            keys,
            is_wide,
        }
    };
    let plan = of(Subject::Plan, true);
    let stage = of(Subject::Stage, false);
    let charts = of(Subject::Charts, false);
    let focus = of(Subject::Focus, true);
    vec![
        plan(t("keys.ctrl_z"), t("keys.plan_undo"), &[(CTRL, Key::Z)]),
        plan(t("keys.ctrl_y"), t("keys.plan_redo"), &[(CTRL, Key::Y), (CTRL_SHIFT, Key::Z)]),
        plan(t("keys.alt_arrows"), t("keys.step_moves"), &[(ALT, Key::ArrowUp), (ALT, Key::ArrowDown)]),
        plan(t("keys.enter"), t("keys.step_changes"), &[]),
        plan(t("keys.delete"), t("keys.step_removes"), &[(NONE, Key::Delete)]),
        stage(t("keys.arrows"), t("keys.stage_moves"), &[]),
        stage(t("keys.plus_minus"), t("keys.stage_zooms"), &[(NONE, Key::Plus), (NONE, Key::Minus)]),
        stage("0", t("keys.stage_fits"), &[(NONE, Key::Num0)]),
        stage("[ ]", t("keys.stage_chooses"), &[(NONE, Key::OpenBracket), (NONE, Key::CloseBracket)]),
        stage(t("keys.enter"), t("keys.stage_first"), &[]),
        stage("T", t("keys.stage_table"), &[(NONE, Key::T)]),
        charts(t("keys.left_right"), t("keys.charts_move"), &[]),
        charts(t("keys.shift_left_right"), t("keys.time_moves"), &[]),
        charts(t("keys.home_end"), t("keys.time_ends"), &[]),
        charts(t("keys.enter"), t("keys.charts_go"), &[]),
        of(Subject::Screens, true)(t("keys.numbers"), t("keys.cards"), &NUMBERS),
        focus(t("keys.tab"), t("keys.next"), &[]),
        focus(t("keys.enter"), t("keys.press"), &[]),
        focus(t("keys.up_down"), t("keys.palette_moves"), &[]),
        focus(t("key.escape"), t("do.close"), &[]),
        focus(t("key.escape"), t("keys.leaves"), &[]),
        focus("?", t("do.keys"), &[(NONE, Key::Questionmark)]),
    ]
}

/// Why a command cannot have a key, in words; `None` when it can.
pub fn refusal(shortcut: &Shortcut, key: KeyboardShortcut) -> Option<String> {
    let shown = written(key);
    let is_held = key.modifiers.command || key.modifiers.alt;
    let pressed = key.logical_key;
    if matches!(pressed, Key::Escape | Key::Tab | Key::Enter) {
        return Some(tf("keys.refused_way {}", &[&shown]));
    }
    if written::is_modifier(pressed) {
        return Some(tf("keys.refused_alone {}", &[&shown]));
    }
    let is_of_writing = key.modifiers.command && matches!(pressed, Key::A | Key::C | Key::V | Key::X);
    if is_of_writing || matches!(pressed, Key::Copy | Key::Cut | Key::Paste) {
        return Some(tf("keys.refused_writing {}", &[&shown]));
    }
    let taken = fixed().into_iter().find(|fixed| {
        (fixed.is_wide || shortcut.heard != Heard::Unfocused)
            && fixed.keys.iter().any(|(modifiers, one)| (*modifiers, *one) == (key.modifiers, pressed))
    });
    if let Some(fixed) = taken {
        return Some(tf("keys.refused_fixed {} {} {}", &[&shown, &fixed.subject.name(), &fixed.name]));
    }
    let moves = matches!(
        pressed,
        Key::ArrowLeft
            | Key::ArrowRight
            | Key::ArrowUp
            | Key::ArrowDown
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown
            | Key::Backspace
            | Key::Delete
    );
    match shortcut.heard {
        Heard::Always if moves => Some(tf("keys.refused_moves {}", &[&shown])),
        Heard::Always if !is_held && !written::is_function(pressed) => {
            Some(tf("keys.refused_plain {}", &[&shown]))
        }
        Heard::Free if !is_held && (moves || pressed == Key::Space) => {
            Some(tf("keys.refused_moves {}", &[&shown]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_a_heading_of_its_own() {
        let names: std::collections::BTreeSet<&str> =
            Subject::ALL.iter().copied().map(Subject::name).collect();
        assert_eq!(names.len(), Subject::ALL.len());
    }

    #[test]
    fn every_deed_may_have_the_key_it_comes_with_and_no_two_have_the_same() {
        for (index, shortcut) in SHORTCUTS.iter().enumerate() {
            assert_eq!(refusal(shortcut, shortcut.default), None, "{}", shortcut.id);
            for other in &SHORTCUTS[..index] {
                assert_ne!(shortcut.default, other.default, "{} and {}", shortcut.id, other.id);
                assert_ne!(shortcut.id, other.id);
            }
        }
    }

    #[test]
    fn keys_that_others_need_cannot_be_taken() {
        let why =
            |id: &str, modifiers, key| refusal(named(id).unwrap(), KeyboardShortcut::new(modifiers, key));
        for key in [Key::Escape, Key::Tab, Key::Enter] {
            for modifiers in [NONE, SHIFT, CTRL] {
                assert!(why("play", modifiers, key).is_some(), "{key:?}");
            }
        }
        assert!(why("quit", NONE, Key::X).unwrap().contains("Ctrl or Alt"));
        assert!(why("quit", NONE, Key::F4).is_none());
        assert!(why("quit", CTRL, Key::ArrowLeft).is_some(), "it moves within a text");
        assert!(why("roll_back", NONE, Key::Space).is_some(), "it presses a button");
        assert!(why("roll_back", NONE, Key::T).unwrap().contains("Show as a table"));
        assert!(why("play", NONE, Key::ArrowUp).is_none());
        assert!(why("fork", CTRL, Key::Z).is_some());
        assert!(why("fork", CTRL, Key::C).is_some());
        assert!(why("fork", NONE, Key::Num1).is_some());
    }
}
