//! The data that the target's releases share: its schema, and the format of each user's row.

use super::hop::{Hop, mark};
use crate::sim::Pool;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;

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

impl Simulation {
    /// Migrates the schema when the first instance of a release that asks for it starts.
    pub(in crate::sim) fn migrate_if_needed(&mut self, pool: Pool) {
        let wanted = self.world.releases[pool.index()].migrates_to;
        if let Some(schema) = wanted
            && schema != self.data.schema
        {
            self.data.schema = schema;
            self.note(What::Migrated { schema }, "the release's first instance started");
        }
    }

    /// Notes once that the baseline cannot work with what the candidate does to the data, by what both declare.
    #[inline(never)]
    pub(in crate::sim) fn check_way_back(&mut self) {
        let [baseline, candidate, _] = &self.world.releases;
        let works = |bits: u64, version: u8| bits >> (version & 63) & 1 == 1;
        let listed = |bits: u64| {
            let versions: Vec<String> = (0..64u8)
                .filter(|version| works(bits, *version))
                .map(|version| version.to_string())
                .collect();
            versions.join(", ")
        };
        let name = self.world.scenario.baseline().map_or("the baseline", |release| &release.name);
        let why = if !works(baseline.schemas, self.data.schema) {
            format!("schema {}, {name} works with {}", self.data.schema, listed(baseline.schemas))
        } else if !works(baseline.reads, candidate.writes) {
            format!("rows in format {}, {name} reads {}", candidate.writes, listed(baseline.reads))
        } else {
            return;
        };
        if self.data.no_way_back.is_none() {
            self.data.no_way_back = Some(why.clone());
            self.note(What::NoWayBack(why), "the release's first instance started");
        }
    }

    /// Whether the code that a hop meets can work with the schema and with its user's row.
    pub(in crate::sim) fn data_fits(&self, hop: &Hop) -> bool {
        let release = &self.world.releases[usize::from(hop.pool)];
        let row = self.data.rows.get(hop.user as usize).copied().unwrap_or(1);
        release.schemas >> (self.data.schema & 63) & 1 == 1 && release.reads >> (row & 63) & 1 == 1
    }

    /// A writing request leaves its user's row in the format of the release that answered.
    pub(in crate::sim) fn write_row(&mut self, hop: &Hop) {
        let release = if hop.is(mark::EXPOSED) { 1 } else { 0 };
        let format = self.world.releases[release].writes;
        if let Some(row) = self.data.rows.get_mut(hop.user as usize) {
            *row = format;
        }
    }
}
