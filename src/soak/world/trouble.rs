//! What is wrong with the release of a random world, and what strikes it.

use super::{Dice, RandomWorld, Rate, Scenario, Span, base, on};
use crate::engine::{Amount, Dist, Share};
use crate::scenario::{
    Defect, DefectTrigger, DisruptionBudget, Effect, Fault, FaultKind, MetricsTrouble, ToolTrouble, When,
};

impl RandomWorld {
    pub(super) fn defects(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("defects", 0);
        let chance = |dice: &mut Dice| DefectTrigger::Chance(dice.percent(40));
        let target = scenario.services.iter().find(|service| service.name == scenario.target);
        let callee = target.and_then(|service| service.calls.first()).map(|call| call.to.clone());
        let mut defects = Vec::new();
        let mut add = |name: &str, when: Vec<DefectTrigger>, then: Effect| {
            defects.push(Defect { name: name.to_owned(), when, then });
        };
        if self.has(on::ERROR_DEFECT) {
            add("errors", vec![chance(&mut dice), DefectTrigger::FlagOn("new".to_owned())], Effect::Errors);
            add("wrong", vec![chance(&mut dice)], Effect::WrongAnswers);
        }
        if self.has(on::SLOW_DEFECT) {
            add("slow", vec![DefectTrigger::Busy(dice.percent(80))], Effect::Latency(3.0));
            add(
                "slow at rate",
                vec![DefectTrigger::InstanceRate(Rate::per_second(5.0))],
                Effect::Latency(1.5),
            );
        }
        if self.has(on::LEAK_DEFECT) {
            add("leak", vec![chance(&mut dice)], Effect::Leak { per_request_mb: 5.0 });
        }
        if self.has(on::CRASH_DEFECT) {
            add("crash", vec![DefectTrigger::Chance(Share::percent(1.0))], Effect::Crash);
            add("loop", Vec::new(), Effect::CrashLoop { after: dice.millis(3_000, 60_000) });
        }
        if self.has(on::PROBE_DEFECT) {
            add(
                "unready",
                vec![DefectTrigger::UptimeOver(dice.millis(1_000, 30_000))],
                Effect::FailReadiness,
            );
            add("unalive", vec![DefectTrigger::BothVersions], Effect::FailLiveness);
        }
        if self.has(on::GUARDS) {
            add("cold", vec![chance(&mut dice)], Effect::ColdCache);
        }
        if self.has(on::CALL_DEFECT)
            && let Some(to) = callee
        {
            add("chatty", vec![chance(&mut dice)], Effect::ExtraCalls { to, times: 3 });
        }
        scenario.releases[1].defects = defects;
        let mut guarded = base::release("v3");
        guarded.flag = Some("new".to_owned());
        scenario.releases.push(guarded);
        if self.has(on::DATA) {
            scenario.releases[1].data.writes = 2;
            scenario.releases[1].data.reads = vec![1, 2];
            scenario.releases[1].data.migrates_to = Some(2);
            scenario.releases[1].data.schemas = vec![1, 2];
        }
    }

    pub(super) fn faults(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("faults", 0);
        let service = |dice: &mut Dice| format!("s{}", dice.below(self.services as u64));
        let mut add = |dice: &mut Dice, feature: u64, name: &str, what: FaultKind| {
            if !self.has(feature) {
                return;
            }
            let when = match dice.below(3) {
                0 => When::At(dice.millis(5_000, 50_000)),
                1 => When::Between(Span::from_secs(5), Span::from_secs(60)),
                _ => When::Every(dice.law(Span::from_secs(20))),
            };
            let lasts = Some(dice.millis(2_000, 30_000));
            scenario.faults.push(Fault { name: name.to_owned(), when, lasts, what });
        };
        let struck = service(&mut dice);
        add(&mut dice, on::CRASHES, "crash", FaultKind::Crash { service: struck, instances: 2 });
        let zone = FaultKind::ZoneLoss { zone: "z0".to_owned() };
        add(&mut dice, on::ZONE_LOSS, "zone", zone);
        let brownout = FaultKind::Brownout {
            service: service(&mut dice),
            instances: None,
            latency: 3.0,
            errors: Share::percent(10.0),
        };
        add(&mut dice, on::BROWNOUT, "brownout", brownout);
        let loss =
            FaultKind::Network { service: service(&mut dice), loss: Share::percent(20.0), delay: Span::ZERO };
        add(&mut dice, on::LOSS, "loss", loss);
        let delay =
            FaultKind::Network { service: service(&mut dice), loss: Share::ZERO, delay: dice.millis(1, 300) };
        add(&mut dice, on::DELAY, "delay", delay);
        let metrics =
            [MetricsTrouble::Lost, MetricsTrouble::Unlabelled, MetricsTrouble::Late(Span::from_secs(20))];
        let metrics = metrics[dice.below(3) as usize].clone();
        add(&mut dice, on::METRICS, "metrics", FaultKind::Metrics(metrics));
        let tool = [ToolTrouble::Stuck, ToolTrouble::Slow(Span::from_secs(5)), ToolTrouble::RollbackFails];
        let tool = tool[dice.below(3) as usize].clone();
        add(&mut dice, on::TOOL, "tool", FaultKind::DeployTool(tool));
        if self.has(on::NODE_DRAIN) {
            self.node_drain(scenario);
        }
        if self.has(on::BREAKDOWNS) {
            scenario.faults.push(Fault {
                name: "wear".to_owned(),
                when: When::At(Span::ZERO),
                lasts: None,
                what: FaultKind::Breakdowns {
                    service: service(&mut dice),
                    up: Dist::Exponential(Span::from_secs(25)),
                    repair: Dist::Exponential(Span::from_secs(8)),
                    crews: dice.between(1, 2) as u32,
                },
            });
        }
    }
    /// Nodes under the instances of a service are drained, and its budget says how many may be away.
    fn node_drain(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("node drain", 0);
        let struck = dice.below(self.services as u64) as usize;
        let budget = match dice.below(3) {
            0 => DisruptionBudget::MinAvailable(Amount::Count(dice.between(0, 3) as u32)),
            1 => DisruptionBudget::MaxUnavailable(Amount::Count(1)),
            _ => DisruptionBudget::MinAvailable(Amount::Share(dice.percent(80))),
        };
        scenario.services[struck].drain.budget = Some(budget);
        let service = scenario.services[struck].name.clone();
        scenario.faults.push(Fault {
            name: "node drain".to_owned(),
            when: When::At(dice.millis(3_000, 50_000)),
            lasts: Some(dice.millis(20_000, 60_000)),
            what: FaultKind::NodeDrain { service, instances: dice.between(1, 4) as u32 },
        });
    }
}
