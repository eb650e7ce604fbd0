//! Rollout Lab: a deterministic discrete-event simulator of services being deployed, and a teaching lab on top.
//!
//! The rooms, in the order of what may know what. A room uses only the rooms above it in this list, and
//! `tests/it/tidy.rs` fails when one does not.
//!
//! 1. [`engine`]: time, what falls due next, random streams, counts. Nothing here knows of deployments.
//! 2. [`flags`]: the hash by which Unleash decides who has a flag. Pure functions.
//! 3. [`scenario`]: the world as given, as plain data. Nothing here moves.
//! 4. [`telemetry`]: what can be seen: samples, windows, alert rules. Pure functions of scraped samples.
//! 5. [`sim`]: the simulation. The only dispatch of events; nothing here knows a strategy by name.
//! 6. [`control`]: plans and what decides. Sees observations and asks for actions, never the world or the dice.
//! 7. [`exercise`]: cases, rubric, verdict. Nothing here formats or prints.
//! 8. [`library`]: the only door to the disk.
//! 9. [`soak`]: random worlds and plans, the laws that hold in each, and the rare states that some must reach.
//! 10. [`manifest`]: real formats in and out: Kubernetes, Argo Rollouts, Flagger, Unleash. Nothing here reads the disk.
//! 11. [`rehearsal`]: a manifest before anybody ships by it: what it would catch, why not more, and what would.
//! 12. [`report`]: verdicts and runs as text and JSON. Formatting only.
//! 13. [`app`]: the desktop lab, with the feature `app`: Bevy draws the stage, egui the panels. Every click is a command, applied
//!     in one place; no rule of the simulation lives here.
//! 14. [`cli`]: arguments and exit codes. The only room that prints.

#![forbid(unsafe_code)]

#[cfg(feature = "panels")]
pub mod app;
pub mod cli;
pub mod control;
pub mod engine;
pub mod exercise;
pub mod flags;
pub mod library;
pub mod manifest;
pub mod rehearsal;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod soak;
pub mod telemetry;
