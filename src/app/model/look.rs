//! The choices of shade and palette.

use serde::{Deserialize, Serialize};

/// Dark or light surfaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shade {
    /// Dark surfaces.
    #[default]
    Dark,
    /// Light surfaces.
    Light,
}

/// A set of colours that people with any colour vision tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Palette {
    /// Bang Wong, "Points of view: Color blindness", Nature Methods 8 (2011) 441.
    #[default]
    Wong,
    /// Paul Tol's "bright" scheme, SRON technical note on colour schemes (2021).
    Tol,
}
