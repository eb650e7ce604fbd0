//! Releases migrate the schema, and requests read and write their user's row.

use crate::sim::Pool;
use crate::sim::fact::What;
use crate::sim::request::hop::{Hop, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Migrates the schema when the first instance of a release that asks for it starts. Where the baseline does not work with
    /// the new one, there is no way back from then on.
    pub(in crate::sim) fn migrate_if_needed(&mut self, pool: Pool) {
        let because = "the release's first instance started";
        let wanted = self.world.releases[pool.index()].migrates_to;
        let Some(schema) = wanted.filter(|schema| *schema != self.data.schema) else { return };
        self.data.schema = schema;
        self.note(What::Migrated { schema }, because);
        let works = self.world.releases[0].schemas;
        if works >> (schema & 63) & 1 == 0 {
            let why = format!("schema {schema}, {} works with {}", self.world.baseline, listed(works));
            self.lose_way_back(why, because);
        }
    }

    /// Notes once that the baseline cannot work with the data any more.
    fn lose_way_back(&mut self, why: String, because: &str) {
        if self.data.no_way_back.is_none() {
            self.data.no_way_back = Some(why.clone());
            self.note(What::NoWayBack(why), because);
        }
    }

    /// Whether the code that a hop meets can work with the schema and with its user's row.
    pub(in crate::sim) fn data_fits(&self, hop: &Hop) -> bool {
        let release = &self.world.releases[usize::from(hop.pool)];
        let row = self.data.rows.get(hop.user as usize).copied().unwrap_or(1);
        release.schemas >> (self.data.schema & 63) & 1 == 1 && release.reads >> (row & 63) & 1 == 1
    }

    /// A writing request leaves its user's row in the format of the release that answered. With the first row that the baseline
    /// cannot read there is no way back.
    pub(in crate::sim) fn write_row(&mut self, hop: &Hop) {
        let release = if hop.is(mark::EXPOSED) { 1 } else { 0 };
        let format = self.world.releases[release].writes;
        let Some(row) = self.data.rows.get_mut(hop.user as usize) else { return };
        *row = format;
        let reads = self.world.releases[0].reads;
        if self.data.no_way_back.is_none() && reads >> (format & 63) & 1 == 0 {
            let why = format!("rows in format {format}, {} reads {}", self.world.baseline, listed(reads));
            self.lose_way_back(why, "the first row in the new format was written");
        }
    }
}

/// The versions whose bits are set.
fn listed(bits: u64) -> String {
    let versions: Vec<String> = (0..64u8)
        .filter(|version| bits >> (version & 63) & 1 == 1)
        .map(|version| version.to_string())
        .collect();
    versions.join(", ")
}
