//! How long it takes to go to any moment of a long run: `cargo bench --bench seek`. Two simulated hours at 500 requests a
//! second, seen once, so that the keyframes are there; then moments all over it are sought.

use divan::{Bencher, black_box};
use rollout_lab::control::Plan;
use rollout_lab::engine::{Stream, Time};
use rollout_lab::exercise::Playback;
use rollout_lab::library::read_ron;
use rollout_lab::library::shipped::find_scenario_text;
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::Case;

/// How long the shipped scenario lasts here.
const HORIZON: &str = "2h";

fn main() {
    divan::main();
}

/// The run, seen to its end.
fn seen() -> Playback {
    let loaded = find_scenario_text("checkout").unwrap_or_else(|problem| panic!("{}", problem.message));
    let (mut scenario, _) = read_ron::<Scenario>(&loaded.file, &loaded.text)
        .unwrap_or_else(|problems| panic!("{}", problems[0].message));
    scenario.horizon = HORIZON.parse().expect("a span");
    scenario.traffic[0].shape = rollout_lab::scenario::Shape::Constant("500/s".parse().expect("a rate"));
    let text =
        r#"(format: 1, strategy: Canary(steps: [Weight("10%"), Pause("20m"), Weight("50%"), Pause("20m")]))"#;
    let (plan, _) =
        read_ron::<Plan>("plan.ron", text).unwrap_or_else(|problems| panic!("{}", problems[0].message));
    let begun = Playback::new(&scenario, &Case::default(), &plan, &[], 1);
    let mut playback = begun.unwrap_or_else(|issues| panic!("{issues:?}")).rewindable();
    playback.seek(playback.end());
    playback
}

#[divan::bench(sample_count = 100)]
fn to_any_moment(bencher: Bencher) {
    let mut playback = seen();
    let end = playback.end().0;
    let draws = Stream::from_key(1);
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        playback.seek(Time(draws.below(turn, end)));
        black_box(playback.now())
    });
}
