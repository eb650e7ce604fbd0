//! The charts of a run: what they show, and what a screen reader reads.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::charts::{Quantile, Topic};
use crate::app::model::dashboards::{Choice, Window};
use crate::app::model::order::Order;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::transport::{opened, view};
use crate::engine::Time;

fn seek(harness: &mut Harness<'static, Lab>, seconds: u64) {
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(seconds))));
    harness.run_steps(3);
}

/// What the charts say of themselves.
fn told(harness: &Harness<'static, Lab>) -> Vec<String> {
    let images = harness.get_all_by_role(Role::Image);
    images.filter_map(|node| node.accesskit_node().label().map(|label| label.to_string())).collect()
}

#[test]
fn charts_say_what_they_show_from_the_empty_start_to_the_end() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([2560.0, 1440.0], 2.0)] {
        let mut harness = opened(size, zoom);
        assert!(told(&harness).iter().any(|told| told.contains("no data yet")), "{:?}", told(&harness));
        seek(&mut harness, 360);
        let errors = told(&harness).into_iter().find(|told| told.starts_with("Requests by release"));
        let errors = errors.expect("the first chart is drawn");
        assert!(errors.contains("candidate") && errors.contains("baseline"), "{errors}");
        seek(&mut harness, 1_000_000);
        assert!(view(&harness).is_over());
        assert!(!told(&harness).is_empty());
    }
}

#[test]
fn a_chart_becomes_a_table_and_back_by_keyboard() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    seek(&mut harness, 360);
    harness.get_by_label("Requests by release as a table").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(harness.query_by_label("Requests by release as a chart").is_some());
    assert!(harness.query_all_by_label("Time").next().is_some());
}

#[test]
fn window_quantile_and_charts_are_chosen_and_kept() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    harness.get_by_label("5 min").click();
    harness.run_steps(2);
    harness.get_by_label("p50").click();
    harness.run_steps(2);
    let choice = harness.state().settings.dashboards.clone();
    assert_eq!((choice.window, choice.quantile), (Window::Five, Quantile::P50));
    assert!(told(&harness).iter().any(|told| told.starts_with("Latency p50")));
    let choice = choice.toggled(Topic::Requests).toggled(Topic::Saturation);
    harness.state_mut().apply(LabCommand::Set(Setting::Dashboards(choice)));
    harness.run_steps(2);
    assert!(told(&harness).iter().all(|told| !told.starts_with("Requests")));
    assert!(told(&harness).iter().any(|told| told.starts_with("Saturation")));
    assert_eq!(Choice::default().toggled(Topic::Errors).toggled(Topic::Errors), Choice::default());
}

#[test]
fn a_click_on_a_chart_goes_to_its_moment() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    seek(&mut harness, 360);
    let images = harness.get_all_by_role(Role::Image);
    let chart = images
        .filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with("Requests")))
        .map(|node| node.rect())
        .next()
        .unwrap();
    harness.hover_at(chart.center());
    harness.run_steps(2);
    harness.drag_at(chart.center());
    harness.drop_at(chart.center());
    harness.run_steps(2);
    let now = view(&harness).now.as_secs_f64();
    assert!((140.0..=220.0).contains(&now), "{now}, of a chart at {chart:?}");
}

#[test]
fn arrows_move_the_crosshair_of_a_chart_that_has_the_focus_and_not_the_time() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    seek(&mut harness, 360);
    let chart = harness
        .get_all_by_role(Role::Image)
        .into_iter()
        .find(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with("Requests")));
    chart.unwrap().focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::NONE, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(view(&harness).now, Time::from_secs(360));
    let cross: Option<Time> =
        harness.ctx.data(|data| data.get_temp(egui::Id::new("crosshair of the charts")));
    assert_eq!(cross, Some(Time::from_secs(355)));
}

#[test]
fn runs_to_compare_with_are_made_when_wanted_and_not_before_the_end_of_an_exercise() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    let reference_runs = |harness: &Harness<'static, Lab>| {
        let run = harness.state().run.as_ref().unwrap();
        run.reference_runs.as_ref().map(Vec::len)
    };
    let choice =
        |reference_runs| LabCommand::Set(Setting::Dashboards(Choice { reference_runs, ..Choice::default() }));
    harness.state_mut().apply(choice(true));
    harness.run_steps(2);
    assert_eq!(reference_runs(&harness), None, "an exercise keeps its cause to itself");
    seek(&mut harness, 1_000_000);
    harness.state_mut().apply(choice(false));
    harness.state_mut().apply(choice(true));
    harness.run_steps(3);
    assert_eq!(reference_runs(&harness), Some(2));
}
