//! Null policies: ways to hand in a plan without having learned anything. An exercise that one of them passes teaches
//! nothing, and the lesson checker refuses it.

use super::{BlueGreen, Plan, Strategy};
use crate::scenario::Scenario;
use crate::sim::{Action, Ask, Case, Command, Controller, Observation, Setup, Who};

/// A way to decide without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullPolicy {
    /// Nothing goes out.
    DoNothing,
    /// The plan's own strategy begins, and is aborted at once, whatever is seen.
    AlwaysRollBack,
    /// All instances are replaced at once, with nothing watched (recreate).
    AllAtOnce,
    /// All users are switched at once to a second fleet, with nothing tested or watched (blue-green).
    SwitchAtOnce,
}

impl NullPolicy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::DoNothing, Self::AlwaysRollBack, Self::AllAtOnce, Self::SwitchAtOnce];

    /// Name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DoNothing => "do_nothing",
            Self::AlwaysRollBack => "always_roll_back",
            Self::AllAtOnce => "all_at_once",
            Self::SwitchAtOnce => "switch_at_once",
        }
    }

    /// The plan that it stands for: `of`, an exercise's own plan, with the strategy of the policy. All but
    /// `AlwaysRollBack` watch nothing; how the service is set up stays.
    pub fn plan(self, of: &Plan) -> Plan {
        let strategy = match self {
            Self::AlwaysRollBack => return of.clone(),
            Self::DoNothing => Strategy::Nothing,
            Self::AllAtOnce => Strategy::Recreate,
            Self::SwitchAtOnce => Strategy::BlueGreen(BlueGreen::default()),
        };
        Plan {
            title: self.name().to_owned(),
            strategy,
            analysis: None,
            alerts: Vec::new(),
            triggers: Vec::new(),
            on_call: None,
            ..of.clone()
        }
    }

    /// What the world is built with.
    pub fn setup(self, of: &Plan) -> Setup {
        self.plan(of).setup()
    }

    /// What decides.
    pub fn controllers(self, of: &Plan, scenario: &Scenario, case: &Case) -> Vec<Box<dyn Controller>> {
        let mut controllers = self.plan(of).controllers(scenario, case);
        if self == Self::AlwaysRollBack {
            controllers.push(Box::new(AbortAtOnce { asked: false }));
        }
        controllers
    }
}

/// Aborts at the first look.
#[derive(Clone, Copy, Debug)]
struct AbortAtOnce {
    asked: bool,
}

impl Controller for AbortAtOnce {
    fn decide(&mut self, _: &Observation<'_>, asks: &mut Vec<Ask>) {
        if !self.asked {
            self.asked = true;
            let because = "it always does".to_owned();
            asks.push(Ask { action: Action::Command(Command::Abort), who: Who::Trigger, because });
        }
    }

    fn boxed_clone(&self) -> Box<dyn Controller> {
        Box::new(*self)
    }
}
