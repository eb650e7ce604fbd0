//! The data that the target's releases share: its schema, and the format of each user's row.

mod writing;

use crate::sim::compiled_world::CompiledWorld;

/// The data store.
#[derive(Clone, Debug)]
pub(in crate::sim) struct DataStore {
    /// Version of the schema.
    schema: u8,
    /// Format of each user's row; empty when no release cares.
    rows: Vec<u8>,
    /// Request kinds of which a copy has done its work twice, one bit each.
    pub doubled_kinds: u64,
    /// Why the baseline cannot work with the data any more, if it cannot.
    pub no_way_back: Option<String>,
}

impl DataStore {
    /// The data as the baseline left it.
    pub fn new(world: &CompiledWorld) -> Self {
        let users = if world.has_data { world.clients.users as usize } else { 0 };
        Self { schema: 1, rows: vec![world.releases[0].writes; users], doubled_kinds: 0, no_way_back: None }
    }
}
