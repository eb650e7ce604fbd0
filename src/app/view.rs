//! What is drawn: the panels, the stage, and how both look. The view reads the model and hands back commands; it changes
//! nothing itself.

pub mod amounts;
pub mod concepts;
pub mod icons;
pub mod keys;
pub mod panels;
pub mod stage;
pub mod theme;
pub mod widgets;
