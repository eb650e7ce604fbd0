//! Burn-rate alerts over a run that is long enough for their windows.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{Fault, FaultKind, Scenario, Slo, Spacing, When};
use rollout_lab::sim::{Setup, Simulation, What};
use rollout_lab::telemetry::{BurnAlerts, BurnRows, Subject};

use crate::conformance::upstream::burn::{seconds_to_detect, seconds_to_reset};
use crate::laws::simulate_with;
use crate::world;

const HOUR: Span = Span::from_secs(3600);

/// A tenth of all requests fails from the end of the second hour on, for half an hour.
fn burning() -> Scenario {
    let service = world::service("shop", 2, 8, Dist::Exponential(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(20.0), HOUR * 3);
    scenario.traffic[0].spacing = Spacing::Even;
    scenario.slos =
        vec![Slo { name: "success".to_owned(), objective: Share::percent(99.9), window: HOUR * 24 * 30 }];
    scenario.faults = vec![Fault {
        name: "brownout".to_owned(),
        when: When::At(HOUR * 2),
        lasts: Some(HOUR / 2),
        what: FaultKind::Brownout {
            service: "shop".to_owned(),
            instances: None,
            latency: 1.0,
            errors: Share::percent(10.0),
        },
    }];
    scenario
}

fn run(objective: Option<Share>) -> Simulation {
    let entry = BurnAlerts {
        slo: "success".to_owned(),
        name: None,
        of: Subject::Target,
        objective,
        window: HOUR * 24 * 30,
        rows: BurnRows::Workbook,
        only: None,
    };
    let setup = Setup { alerts: entry.rules(), ..Setup::default() };
    let mut simulation = simulate_with(&burning(), setup, 1);
    simulation.run();
    simulation
}

fn when(simulation: &Simulation, wanted: &What) -> Option<Time> {
    simulation.facts().iter().find(|fact| fact.what == *wanted).map(|fact| fact.at)
}

#[test]
fn one_entry_pages_when_the_workbooks_formula_says_and_is_quiet_when_it_says() {
    let simulation = run(None);
    let hourly = "success 1h".to_owned();
    let fires = when(&simulation, &What::AlertFiring(hourly.clone())).expect("a page");
    let took = fires.since(Time::ZERO + HOUR * 2).as_secs_f64();
    let wanted = seconds_to_detect(0.1, 0.001, 14.4, HOUR).expect("a tenth is enough");
    // The wait for a scrape, its lag and the next evaluation come on top; luck makes the tenth a little more or less.
    assert!((took - wanted).abs() < 0.1 * wanted + 40.0, "{took} s, by the formula {wanted} s");
    let quiet = when(&simulation, &What::AlertResolved(hourly)).expect("it ends");
    let took = quiet.since(Time::ZERO + HOUR * 2 + HOUR / 2).as_secs_f64();
    let windows = [HOUR, HOUR / 12];
    let wanted = seconds_to_reset(0.1, 0.001, 14.4, &windows).expect("it fired");
    assert!((took - wanted).abs() < 60.0, "quiet after {took} s, by the formula {wanted} s");
}

#[test]
fn a_laxer_objective_of_its_own_is_not_broken_by_the_same_errors() {
    let simulation = run(Some(Share::percent(99.0)));
    assert_eq!(when(&simulation, &What::AlertFiring("success 1h".to_owned())), None);
}
