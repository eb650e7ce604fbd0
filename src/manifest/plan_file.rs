//! The plan in a file: one of the lab's own, or a manifest that becomes one.

use super::{Table, import};
use crate::control::Plan;
use crate::library::load::{Read, read};
use crate::library::shipped::Loaded;
use crate::library::{FileKind, Problem, write_ron};

/// Reads the plan in a file. The problems of a manifest's plan have their places in the plan as `import` writes it.
///
/// # Errors
/// The problems of the file, or that it is no plan.
pub fn read_plan(loaded: &Loaded) -> Result<Read<Plan>, Vec<Problem>> {
    let alone = |code, message: String| vec![Problem::of_file(&loaded.file, code, message)];
    match FileKind::of(&loaded.file, &loaded.text) {
        FileKind::Plan => read::<Plan>(loaded),
        FileKind::Manifest => {
            let imported = import(&loaded.file, &loaded.text, &Table::default())?;
            let text = write_ron(&imported.plan).map_err(|why| alone("cannot-read", why))?;
            read::<Plan>(&Loaded { file: format!("{} (imported)", loaded.file), text })
        }
        other => {
            Err(alone("other-kind", format!("this is {}; a plan or a manifest is wanted here", other.name())))
        }
    }
}
