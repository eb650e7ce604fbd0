//! The parts of the core that mutants are planted into.

/// A part of the core: its name, its files and folders, and the tests that have to find what is wrong with it.
pub struct Subject {
    pub name: &'static str,
    pub files: &'static [&'static str],
    pub tests: &'static [&'static str],
}

/// All of them.
pub const SUBJECTS: [Subject; 6] = [
    Subject {
        name: "agenda",
        files: &["src/engine/agenda.rs", "src/engine/agenda"],
        tests: &["engine::agenda"],
    },
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
        tests: &["sim::proxy", "sim::dataplane"],
    },
    Subject {
        name: "strategies",
        files: &[
            "src/control/strategies",
            "src/control/compile.rs",
            "src/control/rollout/rolling.rs",
            "src/control/rollout/steps.rs",
        ],
        tests: &["control::"],
    },
    Subject {
        name: "alerts",
        files: &[
            "src/telemetry/alert.rs",
            "src/telemetry/burn.rs",
            "src/telemetry/burn_alerts.rs",
            "src/telemetry/notify.rs",
        ],
        tests: &["telemetry::", "sim::monitoring"],
    },
    Subject {
        name: "judges",
        files: &["src/control/analysis", "src/control/analysis.rs"],
        tests: &["control::"],
    },
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
        tests: &[
            "exercise::score",
            "exercise::grade",
            "exercise::totals",
            "exercise::marking",
            "exercise::rubric",
            "exercise::measure",
        ],
    },
];
