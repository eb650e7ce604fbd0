//! The look of the lab: colours, type and spacing.
//!
//! Colour is never the only sign: a release also has a shape and a hatch ([`Mark`]), a state a word or a symbol.

use std::sync::Arc;

use egui::epaint::FontColorTransferFunction;
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, TextStyle, Visuals,
};

use crate::app::model::Lab;
use crate::app::model::look::{Palette, Shade};
use crate::sim::Pool;

/// How much of its colours something keeps that cannot be pressed now.
const DISABLED: f32 = 0.85;

/// How a release is drawn, apart from its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Round and solid: the baseline.
    Round,
    /// Square with diagonal hatch: the candidate.
    Hatched,
    /// Square and solid: the fresh group of the baseline.
    Square,
}

/// All colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// Dark or light.
    pub shade: Shade,
    /// Stage and charts.
    pub background: Color32,
    /// Side panels and bars.
    pub panel: Color32,
    /// Cards, buttons, instances.
    pub raised: Color32,
    /// Separators and grid lines.
    pub line: Color32,
    /// Content.
    pub text: Color32,
    /// Labels.
    pub mute: Color32,
    /// Units, hints, axes.
    pub faint: Color32,
    /// The running release.
    pub baseline: Color32,
    /// The new release.
    pub candidate: Color32,
    /// The fresh group of the running release.
    pub control: Color32,
    /// Failed requests, rolling back.
    pub harm: Color32,
    /// Met goals.
    pub good: Color32,
    /// Partly met, thresholds.
    pub caution: Color32,
    /// Shadow traffic.
    pub mirrored: Color32,
}

impl Theme {
    /// The theme of these choices.
    pub const fn new(shade: Shade, palette: Palette) -> Self {
        const fn hex(rgb: u32) -> Color32 {
            Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
        }
        let [baseline, candidate, control, harm, good, caution, mirrored] = match (palette, shade) {
            (Palette::Wong, Shade::Dark) => {
                [0x56B4E9, 0xE69F00, 0x9FC5E8, 0xE1632F, 0x2FB58A, 0xF0E442, 0xCC79A7]
            }
            (Palette::Wong, Shade::Light) => {
                [0x0072B2, 0x986500, 0x487399, 0xBF4A12, 0x007D5B, 0x746600, 0xA8487F]
            }
            (Palette::Tol, Shade::Dark) => {
                [0x66CCEE, 0xCCBB44, 0xA3C9E0, 0xEE6677, 0x3FA65A, 0xEEDD88, 0xC46BA6]
            }
            (Palette::Tol, Shade::Light) => {
                [0x32759D, 0x7F6F0F, 0x487399, 0xC93A4E, 0x1D7533, 0x736700, 0xAA3377]
            }
        };
        let (background, panel, raised, line, text, mute, faint) = match shade {
            Shade::Dark => (0x0E1318, 0x151B22, 0x1B232C, 0x28323D, 0xE8EEF4, 0x96A3B0, 0x7E8B97),
            Shade::Light => (0xFBFCFD, 0xF1F4F7, 0xFFFFFF, 0xD3DAE1, 0x16202A, 0x4F5C69, 0x65707C),
        };
        Self {
            shade,
            background: hex(background),
            panel: hex(panel),
            raised: hex(raised),
            line: hex(line),
            text: hex(text),
            mute: hex(mute),
            faint: hex(faint),
            baseline: hex(baseline),
            candidate: hex(candidate),
            control: hex(control),
            harm: hex(harm),
            good: hex(good),
            caution: hex(caution),
            mirrored: hex(mirrored),
        }
    }

    /// Colour of a pool's release.
    pub const fn pool(&self, pool: Pool) -> Color32 {
        match pool {
            Pool::Stable => self.baseline,
            Pool::Candidate => self.candidate,
            Pool::Control => self.control,
        }
    }

    /// Shape of a pool's release.
    pub const fn mark(pool: Pool) -> Mark {
        match pool {
            Pool::Stable => Mark::Round,
            Pool::Candidate => Mark::Hatched,
            Pool::Control => Mark::Square,
        }
    }

    /// A colour laid thinly over the background; `share` of it is kept.
    pub fn tint(&self, color: Color32, share: f32) -> Color32 {
        let mix = |over: u8, under: u8| (f32::from(over) * share + f32::from(under) * (1.0 - share)) as u8;
        let under = self.background;
        Color32::from_rgb(mix(color.r(), under.r()), mix(color.g(), under.g()), mix(color.b(), under.b()))
    }

    /// Gives egui this theme. With `still`, nothing is animated.
    pub fn apply(&self, ctx: &egui::Context, still: bool) {
        let theme = match self.shade {
            Shade::Dark => egui::Theme::Dark,
            Shade::Light => egui::Theme::Light,
        };
        ctx.set_theme(theme);
        ctx.style_mut_of(theme, |style| {
            style.visuals = self.visuals();
            style.text_styles = [
                (TextStyle::Heading, FontId::new(18.0, semibold())),
                (TextStyle::Body, FontId::proportional(13.0)),
                (TextStyle::Button, FontId::proportional(13.0)),
                (TextStyle::Small, FontId::proportional(11.5)),
                (TextStyle::Monospace, FontId::monospace(11.5)),
            ]
            .into();
            style.spacing.item_spacing = egui::vec2(8.0, 8.0);
            style.spacing.button_padding = egui::vec2(10.0, 5.0);
            style.spacing.interact_size = egui::vec2(28.0, 26.0);
            style.spacing.scroll = egui::style::ScrollStyle::thin();
            if self.shade == Shade::Light {
                // Bevy blends in linear light, where a light colour that fades over itself turns grey.
                style.spacing.scroll.fade.strength = 0.0;
            }
            // What blinks is drawn without end.
            style.visuals.text_cursor.blink = false;
            style.interaction.selectable_labels = false;
            style.animation_time = if still { 0.0 } else { 0.12 };
        });
    }

    fn visuals(&self) -> Visuals {
        let mut visuals = match self.shade {
            Shade::Dark => Visuals::dark(),
            Shade::Light => Visuals::light(),
        };
        if self.shade == Shade::Light {
            // In linear light, dark letters on light ground come out thin: half covered must hide more than half.
            visuals.text_options.color_transfer_function =
                FontColorTransferFunction::TwoCoverageMinusCoverageSq;
        }
        // Flat, and hardly faded: what cannot be pressed now is read all the same. In linear light, in which the window is
        // blended, egui's half-transparent letters on half-transparent white cannot be.
        visuals.disabled_alpha = DISABLED;
        let line = Stroke::new(1.0, self.line);
        visuals.panel_fill = self.panel;
        visuals.window_fill = self.panel;
        visuals.window_stroke = line;
        visuals.window_corner_radius = CornerRadius::same(10);
        visuals.extreme_bg_color = self.background;
        visuals.faint_bg_color = self.raised;
        visuals.code_bg_color = self.raised;
        visuals.hyperlink_color = self.baseline;
        // Hints in fields: egui would fade the text by a share that no ground answers for.
        visuals.weak_text_color = Some(self.mute);
        visuals.warn_fg_color = self.caution;
        visuals.error_fg_color = self.harm;
        visuals.selection.bg_fill = self.tint(self.baseline, 0.35);
        visuals.selection.stroke = Stroke::new(1.0, self.text);
        visuals.widgets.noninteractive.bg_stroke = line;
        visuals.widgets.noninteractive.weak_bg_fill = self.panel;
        visuals.widgets.noninteractive.fg_stroke = Stroke::new(1.0, self.text);
        for widget in [&mut visuals.widgets.inactive, &mut visuals.widgets.open] {
            widget.bg_fill = self.raised;
            widget.weak_bg_fill = self.raised;
            widget.bg_stroke = line;
            widget.fg_stroke = Stroke::new(1.0, self.text);
        }
        for (widget, edge) in
            [(&mut visuals.widgets.hovered, self.mute), (&mut visuals.widgets.active, self.text)]
        {
            widget.bg_fill = self.tint(self.text, 0.12);
            widget.weak_bg_fill = self.tint(self.text, 0.12);
            widget.bg_stroke = Stroke::new(1.0, edge);
            widget.fg_stroke = Stroke::new(1.0, self.text);
            widget.expansion = 0.0;
        }
        let widgets = &mut visuals.widgets;
        for widget in [
            &mut widgets.inactive,
            &mut widgets.open,
            &mut widgets.hovered,
            &mut widgets.active,
            &mut widgets.noninteractive,
        ] {
            widget.corner_radius = CornerRadius::same(6);
        }
        visuals
    }
}

/// The family of semibold text.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// A title: semibold 12.
pub fn title_font() -> FontId {
    FontId::new(12.0, semibold())
}

/// Inter for text, JetBrains Mono for numbers and RON; both under the SIL Open Font License.
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 3] = [
        ("Inter", include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
        ("Inter SemiBold", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
        ("JetBrains Mono", include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let family = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, family(&["Inter", "JetBrains Mono"]));
    fonts.families.insert(semibold(), family(&["Inter SemiBold", "JetBrains Mono"]));
    fonts.families.insert(FontFamily::Monospace, family(&["JetBrains Mono", "Inter"]));
    fonts
}

impl Lab {
    /// The colours.
    pub const fn theme(&self) -> Theme {
        Theme::new(self.settings.shade, self.settings.palette)
    }
}

#[cfg(test)]
pub(in crate::app) mod tests {
    use super::*;

    /// A colour in linear light, by the sRGB curve.
    pub(in crate::app) fn linear(color: Color32) -> [f64; 3] {
        [color.r(), color.g(), color.b()].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
        })
    }

    /// The contrast of two colours in linear light (WCAG 2.2, "contrast ratio").
    pub(in crate::app) fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn themes() -> Vec<Theme> {
        let shades = [Shade::Dark, Shade::Light];
        shades
            .into_iter()
            .flat_map(|shade| [Palette::Wong, Palette::Tol].map(|of| Theme::new(shade, of)))
            .collect()
    }

    #[test]
    fn every_colour_that_letters_have_stands_out_from_every_ground() {
        for theme in themes() {
            let grounds = [theme.background, theme.panel, theme.raised];
            for (name, ink) in [
                ("text", theme.text),
                ("mute", theme.mute),
                ("faint", theme.faint),
                ("baseline", theme.baseline),
                ("candidate", theme.candidate),
                ("control", theme.control),
                ("harm", theme.harm),
                ("good", theme.good),
                ("caution", theme.caution),
                ("mirrored", theme.mirrored),
            ] {
                for ground in grounds {
                    let found = contrast(linear(ink), linear(ground));
                    assert!(found >= 4.5, "{:?}: {name} on {ground:?}: {found:.2}", theme.shade);
                }
            }
            for fill in [theme.baseline, theme.harm] {
                let found = contrast(linear(crate::app::view::widgets::ink_on(fill)), linear(fill));
                assert!(found >= 4.5, "{:?}: on a button of {fill:?}: {found:.2}", theme.shade);
            }
        }
    }

    #[test]
    fn what_cannot_be_pressed_can_be_read_as_it_is_blended_in_linear_light() {
        // egui multiplies the encoded colour by its opacity; Bevy decodes the product and blends it in linear light.
        let laid = |ink: Color32, under: [f64; 3]| {
            let part = |part: u8| (f32::from(part) * DISABLED).round() as u8;
            let faded = linear(Color32::from_rgb(part(ink.r()), part(ink.g()), part(ink.b())));
            std::array::from_fn(|part| faded[part] + (1.0 - f64::from(DISABLED)) * under[part])
        };
        for theme in themes() {
            let fill = laid(theme.panel, linear(theme.panel));
            let found = contrast(laid(theme.text, fill), fill);
            assert!(found >= 4.5, "{:?}: {found:.2}", theme.shade);
        }
    }
}
