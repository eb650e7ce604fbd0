//! The keys of the stage's picture, while it has the focus.

use egui::{Event, EventFilter, Key, Response, Ui};

use crate::app::model::stage::{PAN_STEP, StageCommand, Thing, ZOOM_STEP};
use crate::app::model::world::World;
use crate::app::model::{Lab, LabCommand};

/// Answers the keys: arrows move, plus and minus zoom, 0 shows all, `[` and `]` go through the instances, Enter chooses
/// the pool's first, T makes a table.
pub(super) fn answer(ui: &Ui, response: &Response, lab: &Lab, world: &World, out: &mut Vec<LabCommand>) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed: Vec<Key> = ui.input(|input| {
        let keys = input.events.iter().filter_map(|event| match event {
            Event::Key { key, pressed: true, modifiers, .. }
                if !modifiers.any() || modifiers.shift_only() =>
            {
                Some(*key)
            }
            _ => None,
        });
        keys.collect()
    });
    for key in pressed {
        let command = match key {
            Key::ArrowLeft => StageCommand::Pan([-PAN_STEP, 0.0]),
            Key::ArrowRight => StageCommand::Pan([PAN_STEP, 0.0]),
            Key::ArrowUp => StageCommand::Pan([0.0, -PAN_STEP]),
            Key::ArrowDown => StageCommand::Pan([0.0, PAN_STEP]),
            Key::Plus | Key::Equals => StageCommand::Zoom(ZOOM_STEP, [0.0; 2]),
            Key::Minus => StageCommand::Zoom(1.0 / ZOOM_STEP, [0.0; 2]),
            Key::Num0 => StageCommand::Fit,
            Key::OpenBracket => StageCommand::Choose(neighbour(lab, world, false)),
            Key::CloseBracket => StageCommand::Choose(neighbour(lab, world, true)),
            Key::Enter if lab.stage.chosen.is_none() => StageCommand::Choose(neighbour(lab, world, true)),
            Key::T => StageCommand::Table(true),
            _ => continue,
        };
        out.push(LabCommand::Stage(command));
    }
}

/// The instance after, or before, the one that is chosen.
fn neighbour(lab: &Lab, world: &World, after: bool) -> Option<Thing> {
    let numbers: Vec<u32> =
        world.pools.iter().flat_map(|pool| &pool.figures).map(|figure| figure.number).collect();
    let last = numbers.len().checked_sub(1)?;
    let at = match lab.stage.chosen {
        Some(Thing::Instance(number)) => numbers.iter().position(|one| *one == number),
        _ => None,
    };
    let next = match (at, after) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (Some(at), false) => at.checked_sub(1).unwrap_or(last),
    };
    Some(Thing::Instance(numbers[next]))
}
