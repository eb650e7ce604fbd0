//! The parts of the core that mutants are planted into.

/// A part of the core: its name, and its files and folders.
pub struct Subject {
    pub name: &'static str,
    pub files: &'static [&'static str],
}

/// All of them.
pub const SUBJECTS: [Subject; 6] = [
    Subject { name: "agenda", files: &["src/engine/agenda.rs", "src/engine/agenda"] },
    Subject {
        name: "balancer",
        files: &[
            "src/sim/proxy/balancer.rs",
            "src/sim/proxy/weighted_choice.rs",
            "src/sim/dataplane/ring.rs",
            "src/sim/dataplane/weighted.rs",
            "src/sim/dataplane/ewma.rs",
            "src/sim/dataplane/priority.rs",
            "src/sim/dataplane/outlier.rs",
            "src/sim/dataplane/slow_start.rs",
        ],
    },
    Subject {
        name: "strategies",
        files: &[
            "src/control/strategies",
            "src/control/compile.rs",
            "src/control/rollout/rolling.rs",
            "src/control/rollout/steps.rs",
        ],
    },
    Subject {
        name: "alerts",
        files: &[
            "src/telemetry/alert.rs",
            "src/telemetry/burn.rs",
            "src/telemetry/burn_alerts.rs",
            "src/telemetry/notify.rs",
        ],
    },
    Subject { name: "judges", files: &["src/control/analysis", "src/control/analysis.rs"] },
    Subject {
        name: "scoring",
        files: &[
            "src/exercise/score.rs",
            "src/exercise/grade.rs",
            "src/exercise/totals.rs",
            "src/exercise/marking.rs",
            "src/exercise/rubric.rs",
            "src/exercise/measure.rs",
            "src/exercise/measure",
        ],
    },
];
