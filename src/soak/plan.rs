//! Random plans, written as a learner writes them, and random actions by hand.

use super::dice::Dice;
use super::soaked::Soaked;
use crate::engine::Share;
use crate::scenario::Scenario;
use crate::sim::{ManualAction, Pool, RolloutCommand, Route, Suspect};

/// The strategies that a random plan can have.
pub(super) const STRATEGIES: [&str; 11] = [
    "Nothing",
    "Recreate",
    "Rolling",
    "BlueGreen",
    "Canary",
    "Ab",
    "Shadow",
    "Flag",
    "Flagger",
    "Waves",
    "Steps",
];

/// Bits of [`Soaked::parts`].
pub(super) mod part {
    /// Steps are followed by an analysis.
    pub const CHECKED: u64 = 1;
    /// There are alerts.
    pub const ALERTS: u64 = 1 << 1;
    /// Alerts have an automatic response.
    pub const TRIGGERS: u64 = 1 << 2;
    /// Somebody is on call.
    pub const ON_CALL: u64 = 1 << 3;
    /// The fleet follows its load.
    pub const AUTOSCALER: u64 = 1 << 4;
    /// People have to approve.
    pub const APPROVALS: u64 = 1 << 5;
    /// There is a freeze.
    pub const FREEZE: u64 = 1 << 6;
    /// Traffic goes back in steps.
    pub const GRADUAL: u64 = 1 << 7;
    /// A rollback that cannot work is refused.
    pub const REFUSE: u64 = 1 << 8;
    /// The flag service has trouble.
    pub const FLAG_TROUBLE: u64 = 1 << 9;
    /// A passed deadline aborts.
    pub const ABORTS: u64 = 1 << 10;
    /// The new version is tested before it has users.
    pub const TESTED: u64 = 1 << 11;
    /// The target is struck while the release goes out.
    pub const STRUCK: u64 = 1 << 12;
    /// The stable side shrinks while the candidate grows.
    pub const DYNAMIC: u64 = 1 << 13;
    /// The error budget is watched.
    pub const BURN: u64 = 1 << 14;
    /// The route is by instances.
    pub const NO_ROUTER: u64 = 1 << 15;
    /// How many bits there are.
    pub const COUNT: u32 = 16;
}

/// The plan of a run.
pub(super) fn text(run: &Soaked, scenario: &Scenario) -> String {
    let mut dice = run.dice("plan", 0);
    let strategy = strategy(run, scenario, &mut dice);
    let mut fields = vec!["format: 1".to_owned(), format!("strategy: {strategy}")];
    let mut rules = Vec::new();
    if run.has(part::ALERTS) {
        rules.extend(alerts(&mut run.dice("alerts", 0)));
    }
    if run.has(part::BURN) {
        let mut dice = run.dice("burn", 0);
        let (factor, long) = (dice.between(1, 10), dice.between(20, 60));
        let when =
            format!("BurnRate(slo: \"availability\", factor: {factor}, long: \"{long}s\", short: \"10s\")");
        rules.push(format!("(name: \"burning\", when: {when})"));
    }
    fields.push(format!("alerts: [{}]", rules.join(", ")));
    // Whatever a part draws, it draws from its own dice, so that leaving one out changes no other.
    let mut part = |bit: u64, name: &str, write: &dyn Fn(&mut Dice) -> String| {
        if run.has(bit) {
            fields.push(write(&mut run.dice(name, 0)));
        }
    };
    if run.has(part::ALERTS) {
        let callee = scenario.service(&scenario.target).and_then(|target| target.calls.first());
        let callee = callee.map(|call| call.to.clone());
        part(part::TRIGGERS, "triggers", &|dice| {
            format!("triggers: [(alert: \"errors\", then: {})]", response(dice, callee.as_deref()))
        });
        part(part::ON_CALL, "on call", &|dice| {
            let slow = response(dice, callee.as_deref());
            format!(
                "on_call: (runbook: [(alert: \"errors\", then: {}), (alert: \"slow\", then: {slow})])",
                response(dice, callee.as_deref())
            )
        });
    }
    part(part::AUTOSCALER, "autoscaler", &|dice| {
        let max = dice.between(4, 8);
        format!("autoscaler: (target: \"{}%\", min: 1, max: {max}, sync: \"5s\")", dice.between(5, 80))
    });
    let (people, freeze) = (run.has(part::APPROVALS), run.has(part::FREEZE));
    if people || freeze {
        let mut dice = run.dice("gates", 0);
        let (people, simulated) = if people { (dice.between(1, 2), 2) } else { (1, 0) };
        let approve_by =
            if dice.below(2) == 0 { "None".to_owned() } else { format!("\"{}s\"", dice.between(10, 40)) };
        let until = dice.between(15, 60);
        let freeze = if freeze {
            format!("(from: \"5s\", until: \"{until}s\", why: \"a sale\")")
        } else {
            String::new()
        };
        fields.push(format!(
            "gates: (freeze: [{freeze}], approvals: (people: {people}, simulated: {simulated}, approve_by: {approve_by}))"
        ));
    }
    let mut rollback = Vec::new();
    if run.has(part::GRADUAL) {
        rollback.push("gradual: (step: \"34%\", every: \"3s\")");
    }
    if run.has(part::REFUSE) {
        rollback.push("when_impossible: Refuse");
    }
    fields.push(format!("rollback: ({})", rollback.join(", ")));
    if STRATEGIES[run.strategy] == "Flag" {
        fields.push("flags: [(\"new\", \"0%\")]".to_owned());
    }
    format!("({})", fields.join(", "))
}

fn strategy(run: &Soaked, scenario: &Scenario, dice: &mut Dice) -> String {
    let deadline = format!(
        "progress_deadline: \"{}s\", abort_on_deadline: {}",
        dice.between(20, 90),
        run.has(part::ABORTS)
    );
    let (surge, unavailable) = (dice.between(1, 3), dice.below(3));
    let rolling = format!(
        "max_surge: {surge}, max_unavailable: {unavailable}, min_ready: \"{}s\", {deadline}",
        dice.below(8)
    );
    let after = |dice: &mut Dice, compares: bool| {
        let analysis = analysis(dice, compares);
        if run.has(part::CHECKED) { Some(analysis) } else { None }
    };
    match STRATEGIES[run.strategy] {
        "Rolling" => format!("Rolling({rolling})"),
        "BlueGreen" => {
            let mut fields = vec![deadline, format!("auto_promote: {}", !run.has(part::APPROVALS))];
            fields.push(format!("scale_down_delay: \"{}s\"", dice.below(40)));
            if run.has(part::TESTED) {
                fields.push(format!("smoke_test: (requests: 30, over: \"3s\", may_fail: {})", dice.below(5)));
            }
            fields.extend(after(dice, false).map(|analysis| format!("after: {analysis}")));
            format!("BlueGreen({})", fields.join(", "))
        }
        "Canary" => format!(
            "Canary(steps: [{}], router: {}, dynamic_stable_scale: {}, {deadline})",
            steps(run, dice).join(", "),
            !run.has(part::NO_ROUTER),
            run.has(part::DYNAMIC) && !run.has(part::NO_ROUTER)
        ),
        "Ab" => {
            let lasts = dice.between(20, 80);
            let guardrails = after(dice, true).map(|analysis| format!(", guardrails: {analysis}"));
            format!("Ab(for: \"{lasts}s\"{})", guardrails.unwrap_or_default())
        }
        "Shadow" => {
            let (share, lasts) = (dice.between(1, 100), dice.between(10, 60));
            let analysis = after(dice, true).map(|analysis| format!(", analysis: {analysis}"));
            format!("Shadow(share: \"{share}%\", for: \"{lasts}s\"{})", analysis.unwrap_or_default())
        }
        "Flag" => {
            let mut steps = vec![format!("Flag(\"{}%\")", dice.between(1, 60))];
            steps.extend(after(dice, false).map(|analysis| format!("Analyse{analysis}")));
            if run.has(part::APPROVALS) {
                steps.push("Approve".to_owned());
            }
            steps.push("Flag(\"100%\")".to_owned());
            format!("Flag(deploy: ({rolling}), steps: [{}])", steps.join(", "))
        }
        "Flagger" => format!(
            "Flagger(interval: \"{}s\", threshold: {}, step_weight: \"{}%\", checks: [{}], progress_deadline: \"60s\")",
            dice.between(10, 20),
            dice.between(1, 3),
            dice.between(10, 50),
            checks(dice, true).join(", ")
        ),
        "Waves" => {
            let analysis = after(dice, false).map(|analysis| format!(", analysis: {analysis}"));
            format!(
                "Waves(deploy: ({rolling}), bake: \"{}s\", approve: {}{})",
                dice.between(5, 30),
                run.has(part::APPROVALS) && scenario.zones.len() > 1,
                analysis.unwrap_or_default()
            )
        }
        "Steps" => {
            let mut steps = vec!["Scale(2)".to_owned()];
            if run.has(part::TESTED) {
                steps.push(format!("Test(requests: 20, over: \"2s\", may_fail: {})", dice.below(4)));
            }
            steps.push(format!("Mirror(\"{}%\")", dice.between(1, 100)));
            steps.push(format!("Pause(\"{}s\")", dice.between(5, 20)));
            steps.push(format!("Weight(\"{}%\")", dice.between(1, 99)));
            steps.push("Pause(\"10s\")".to_owned());
            steps.push("Weight(\"100%\")".to_owned());
            steps.push("Promote".to_owned());
            format!("Steps([{}])", steps.join(", "))
        }
        plain => plain.to_owned(),
    }
}

fn steps(run: &Soaked, dice: &mut Dice) -> Vec<String> {
    let mut steps = Vec::new();
    if run.has(part::TESTED) && !run.has(part::NO_ROUTER) {
        steps.push("Scale(1)".to_owned());
        steps.push(format!("Test(requests: 20, over: \"2s\", may_fail: {})", dice.below(4)));
    }
    let mut weight = 0;
    for _ in 0..dice.between(1, 3) {
        weight += dice.between(1, 30);
        steps.push(format!("Weight(\"{weight}%\")"));
        steps.push(match dice.below(3) {
            0 if run.has(part::APPROVALS) => "Approve".to_owned(),
            1 if run.has(part::CHECKED) => format!("Analyse{}", analysis(dice, true)),
            _ => format!("Pause(\"{}s\")", dice.between(2, 25)),
        });
    }
    steps
}

fn analysis(dice: &mut Dice, compares: bool) -> String {
    let lasts = dice.between(15, 45);
    format!("(for: \"{lasts}s\", checks: [{}])", checks(dice, compares).join(", "))
}

fn checks(dice: &mut Dice, compares: bool) -> Vec<String> {
    let how = format!(
        "interval: \"{}s\", initial_delay: \"{}s\", failure_limit: {}, no_data: {}",
        dice.between(3, 10),
        dice.below(20),
        dice.below(3),
        ["Error", "Inconclusive", "Fail", "Pass"][dice.below(4) as usize]
    );
    let query = |metric: &str| format!("query: (metric: {metric}, over: \"20s\")");
    let mut checks = vec![format!(
        "(name: \"errors\", {}, pass: Below(\"{}%\"), {how})",
        query("ErrorRatio"),
        dice.between(1, 40)
    )];
    if dice.below(2) == 0 {
        let most = dice.between(50, 900);
        checks
            .push(format!("(name: \"slow\", {}, pass: Below(\"{most}ms\"), {how})", query("Latency(0.95)")));
    }
    if compares && dice.below(2) == 0 {
        let pass = match dice.below(3) {
            0 => "AtMostBaseline(factor: 1.5, plus: \"3%\")",
            1 => "NotWorse(Fisher())",
            _ => "NotWorse(TwoProportions())",
        };
        checks.push(format!("(name: \"worse\", {}, pass: {pass}, {how})", query("ErrorRatio")));
    }
    checks
}

fn alerts(dice: &mut Dice) -> [String; 3] {
    let of = ["Target", "Candidate"][dice.below(2) as usize];
    let (errors, hold, slow) = (dice.between(1, 30), dice.below(20), dice.between(50, 900));
    let errors = format!("Above((metric: ErrorRatio, of: {of}, over: \"20s\"), \"{errors}%\")");
    let slow = format!("Above((metric: Latency(0.95), of: Target, over: \"20s\"), \"{slow}ms\")");
    let silent = "Absent(metric: RequestRate, of: Target, over: \"30s\")";
    [
        format!("(name: \"errors\", when: {errors}, for: \"{hold}s\")"),
        format!("(name: \"slow\", when: {slow}, for: \"5s\", keep_firing_for: \"5s\")"),
        format!("(name: \"silent\", when: {silent}, for: \"5s\")"),
    ]
}

fn response(dice: &mut Dice, callee: Option<&str>) -> String {
    match (dice.below(8), callee) {
        (0, _) => "Pause".to_owned(),
        (1, _) => "Page".to_owned(),
        (2, _) => "Scale(\"150%\")".to_owned(),
        (3, _) => "Shed(\"20%\")".to_owned(),
        (4, Some(callee)) => format!("OpenBreaker(\"{callee}\")"),
        _ => "Abort".to_owned(),
    }
}

/// What is done by hand.
pub(super) fn by_hand(dice: &mut Dice, what: u64, scenario: &Scenario) -> ManualAction {
    let pool = Pool::ALL[dice.below(2) as usize];
    let command = |command| ManualAction::Command(command);
    match what % 20 {
        0 => command(RolloutCommand::Promote),
        1 => command(RolloutCommand::PromoteFull),
        2 => command(RolloutCommand::Pause),
        3 => command(RolloutCommand::Resume),
        4 | 5 => command(RolloutCommand::Abort),
        6 | 7 => command(RolloutCommand::Retry),
        8 => command(RolloutCommand::Undo),
        9 => command(RolloutCommand::KillFlag),
        10 => ManualAction::Scale { pool, to: dice.below(6) as u32 },
        11 => ManualAction::Route(Route::split(dice.percent(100))),
        12 => ManualAction::Restart { pool },
        13 => ManualAction::DrainInstance { instance: dice.below(8) as u32 },
        14 => ManualAction::RestartInstance { instance: dice.below(8) as u32 },
        15 => ManualAction::Shed { share: Share::percent(dice.below(60) as f64) },
        16 => ManualAction::Acknowledge { alert: "errors".to_owned() },
        17 => ManualAction::Localise(Suspect::Service(scenario.target.clone())),
        18 => ManualAction::OpenBreaker { to: "s1".to_owned(), open: dice.below(2) == 0 },
        _ => ManualAction::Flag { name: "new".to_owned(), share: dice.percent(100) },
    }
}
