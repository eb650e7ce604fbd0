//! The settings of the lab. They are saved in the data folder.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::model::dashboards::Choice;
use crate::app::model::keys::OwnKeys;
use crate::app::model::look::{Palette, Shade};
use crate::app::model::panes::{self, Layout};
use crate::app::texts::translated;
use crate::library::{Format, Problem, Versioned, kept};

const FILE: &str = "settings.ron";

/// How small and how large text may be made.
pub const TEXT_SCALES: [f32; 2] = [0.75, 3.0];

/// The settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Version of the file format; a file without it is of version 1.
    pub format: Format<1>,
    /// Dark or light surfaces.
    pub shade: Shade,
    /// Colours of releases and states.
    pub palette: Palette,
    /// Size of text, 1 is as designed; within [`TEXT_SCALES`].
    pub text_scale: f32,
    /// Reduced motion: requests become counts, and changes are immediate.
    pub reduced_motion: bool,
    /// Whether every panel is there from the start, and not first those that the first exercises need.
    pub all_panels: bool,
    /// How many steps of the introduction are done; all when it was skipped.
    pub welcome: u8,
    /// Where the panes of a run stand.
    pub layout: Layout,
    /// Which charts are shown, and how.
    pub dashboards: Choice,
    /// The code of the language that was chosen, such as `de`; none follows the surroundings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Keys other than those the lab comes with.
    pub keys: OwnKeys,
    /// The name of the student who hands in; empty until it was given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub student: String,
}

impl Versioned for Settings {
    const NEWEST: u32 = 1;
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            format: Format,
            shade: Shade::Dark,
            palette: Palette::Wong,
            text_scale: 1.0,
            reduced_motion: false,
            all_panels: false,
            welcome: 0,
            layout: panes::layout(),
            dashboards: Choice::default(),
            language: None,
            keys: OwnKeys::default(),
            student: String::new(),
        }
    }
}

/// A change of the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// Dark or light.
    Shade(Shade),
    /// Colours.
    Palette(Palette),
    /// Size of text.
    TextScale(f32),
    /// Whether things move.
    ReducedMotion(bool),
    /// Whether all panels are there.
    AllPanels(bool),
    /// Steps of the introduction done.
    Welcome(u8),
    /// Where panes stand.
    Layout(Box<Layout>),
    /// Which charts are shown, and how.
    Dashboards(Choice),
    /// The code of the language.
    Language(String),
    /// The defaults.
    Default,
}

impl Settings {
    /// The settings saved in `folder`, with a notice about them; the defaults when none are saved.
    ///
    /// # Errors
    /// When the file can be neither read nor set aside. It is left unchanged.
    pub fn load(folder: &Path) -> Result<(Self, Option<String>), Problem> {
        let (settings, notice) = kept::load::<Self>(folder, FILE)?;
        let mut settings = settings.unwrap_or_default().sound();
        let notice = notice.map(|text| translated(&text).into_owned());
        let told: Vec<String> = notice.into_iter().chain(settings.keys.take_refused()).collect();
        Ok((settings, (!told.is_empty()).then(|| told.join("\n"))))
    }

    /// The same, with what is out of range brought into it, and with panes that are newer than the file.
    #[must_use]
    pub fn sound(mut self) -> Self {
        self.text_scale = fit(self.text_scale);
        self.layout = panes::completed(self.layout);
        self
    }

    /// Keeps them in `folder`.
    ///
    /// # Errors
    /// When the file cannot be saved. The old one is unchanged then.
    pub fn save(&self, folder: &Path) -> Result<(), Problem> {
        kept::save(folder, FILE, self)
    }

    /// Makes a change.
    pub fn set(&mut self, setting: Setting) {
        match setting {
            Setting::Shade(shade) => self.shade = shade,
            Setting::Palette(palette) => self.palette = palette,
            Setting::TextScale(scale) => self.text_scale = fit(scale),
            Setting::ReducedMotion(still) => self.reduced_motion = still,
            Setting::AllPanels(all) => self.all_panels = all,
            Setting::Welcome(step) => self.welcome = step,
            Setting::Layout(layout) => self.layout = *layout,
            Setting::Dashboards(choice) => self.dashboards = choice,
            Setting::Language(id) => self.language = Some(id),
            // A name is no matter of looks.
            Setting::Default => {
                *self = Self { student: std::mem::take(&mut self.student), ..Self::default() }
            }
        }
    }
}

fn fit(scale: f32) -> f32 {
    if scale.is_finite() { scale.clamp(TEXT_SCALES[0], TEXT_SCALES[1]) } else { 1.0 }
}
