//! A comparison of plans as text and as JSON.

use serde::Serialize;

use crate::exercise::format::{percent, with_unit};
use crate::exercise::{Compared, Comparison, Measure, MeasureSummary};

use super::json::pretty;
use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Cell, Side, Table};

/// A comparison, and the world it was made in.
#[derive(Clone, Copy, Debug)]
pub struct Compare<'a> {
    /// Id of the scenario.
    pub scenario: &'a str,
    /// Name of the release.
    pub release: &'a str,
    /// The scenario's currency.
    pub currency: &'a str,
    /// The result.
    pub comparison: &'a Comparison,
}

/// The comparison as text.
pub fn text(compare: &Compare<'_>, style: TextStyle) -> String {
    let comparison = compare.comparison;
    let mut lines = vec![
        format!(
            "{}: {} plans, release {}",
            style.heading(&harmless(compare.scenario)),
            comparison.plans.len(),
            harmless(compare.release)
        ),
        style.paint(
            Tone::Mute,
            &format!(
                "{} runs of each, paired: all meet the same worlds, drawn from seed {}",
                comparison.runs, comparison.seed
            ),
        ),
        String::new(),
        style.heading("On average"),
    ];
    lines.extend(means(compare).lines(style));
    if let Some(first) = comparison.plans.first() {
        lines.push(String::new());
        lines.push(style.heading(&format!("Against {}, with 95 % confidence", harmless(&first.name))));
        lines.extend(differences(compare).lines(style));
    }
    page(&lines)
}

fn means(compare: &Compare<'_>) -> Table {
    let mut titles = vec![("plan", Side::Left), ("completed", Side::Right), ("rolled back", Side::Right)];
    titles.extend(crate::exercise::COMPARED.map(|measure| (measure.column(), Side::Right)));
    let mut table = Table::new(&titles);
    for plan in &compare.comparison.plans {
        let mut cells =
            vec![harmless(&plan.name).into_owned(), percent(plan.completed), percent(plan.rolled_back)];
        cells.extend(plan.measures.iter().map(|figure| match figure.mean {
            None => "never".to_owned(),
            Some(mean) => amount(mean, figure.measure, compare.currency),
        }));
        table.row(cells);
    }
    table
}

/// A value without the noun that the heading has already.
fn amount(value: f64, measure: Measure, currency: &str) -> String {
    let said = with_unit(value, measure.unit(), currency);
    said.trim_end_matches(" users").trim_end_matches(" user").to_owned()
}

fn differences(compare: &Compare<'_>) -> Table {
    let mut table = Table::new(&[
        ("plan", Side::Left),
        ("", Side::Left),
        ("difference", Side::Right),
        ("from", Side::Right),
        ("to", Side::Right),
        ("pairs", Side::Right),
        ("", Side::Left),
    ]);
    for plan in compare.comparison.plans.iter().skip(1) {
        for figure in &plan.measures {
            table.row(difference(plan, figure, compare.currency));
        }
    }
    table
}

fn difference(plan: &Compared, figure: &MeasureSummary, currency: &str) -> [Cell; 7] {
    let signed = |value: f64| {
        let text = amount(value, figure.measure, currency);
        if value > 0.0 { format!("+{text}") } else { text }
    };
    let name = Cell::from(harmless(&plan.name));
    let title = figure.measure.label().into();
    let Some(found) = figure.difference else {
        return [name, title, "none".into(), "".into(), "".into(), "0".into(), "no pair".into()];
    };
    let (from, to) = match found.margin {
        Some(margin) => (signed(found.mean - margin), signed(found.mean + margin)),
        None => (String::new(), String::new()),
    };
    let word = match (found.is_clear(), found.mean > 0.0) {
        (true, true) => Cell::toned(Tone::Harm, "clearly more"),
        (true, false) => Cell::toned(Tone::Good, "clearly less"),
        (false, _) if found.margin.is_none() => Cell::toned(Tone::Mute, "one pair tells nothing"),
        (false, _) => Cell::toned(Tone::Mute, "no clear difference"),
    };
    [name, title, signed(found.mean).into(), from.into(), to.into(), found.pairs.to_string().into(), word]
}

#[derive(Serialize)]
struct CompareJson<'a> {
    scenario: &'a str,
    release: &'a str,
    runs: usize,
    seed: u64,
    engine_version: &'static str,
    plans: Vec<PlanJson<'a>>,
}

#[derive(Serialize)]
struct PlanJson<'a> {
    plan: &'a str,
    completed_share: f64,
    rolled_back_share: f64,
    measures: Vec<MeasureJson>,
}

#[derive(Serialize)]
struct MeasureJson {
    measure: &'static str,
    mean: Option<f64>,
    runs: usize,
    difference: Option<DifferenceJson>,
}

#[derive(Serialize)]
struct DifferenceJson {
    mean: f64,
    low: Option<f64>,
    high: Option<f64>,
    pairs: usize,
}

/// The comparison as JSON.
pub fn json(compare: &Compare<'_>) -> String {
    let measure = |figure: &MeasureSummary| MeasureJson {
        measure: figure.measure.key(),
        mean: figure.mean,
        runs: figure.runs,
        difference: figure.difference.map(|found| DifferenceJson {
            mean: found.mean,
            low: found.margin.map(|margin| found.mean - margin),
            high: found.margin.map(|margin| found.mean + margin),
            pairs: found.pairs,
        }),
    };
    let plans = compare.comparison.plans.iter().map(|plan| PlanJson {
        plan: &plan.name,
        completed_share: plan.completed,
        rolled_back_share: plan.rolled_back,
        measures: plan.measures.iter().map(measure).collect(),
    });
    pretty(&CompareJson {
        scenario: compare.scenario,
        release: compare.release,
        runs: compare.comparison.runs,
        seed: compare.comparison.seed,
        engine_version: crate::exercise::ENGINE_VERSION,
        plans: plans.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::{COMPARED, Difference};
    use crate::report::golden;

    fn comparison() -> Comparison {
        let figures = |scale: f64, difference: Option<f64>| {
            let values = [37.0, 0.0021, 1880.0, 1.0, 12.4, 0.35];
            let figure = |(index, measure)| MeasureSummary {
                measure,
                mean: (index != 2 || difference.is_none()).then(|| values[index] * scale),
                runs: if index == 2 && difference.is_some() { 0 } else { 20 },
                difference: difference.filter(|_| index != 2).map(|margin| Difference {
                    mean: values[index] * (scale - 1.0),
                    margin: Some(values[index] * margin),
                    pairs: 20,
                }),
            };
            COMPARED.into_iter().enumerate().map(figure).collect()
        };
        let plan = |name: &str, completed, figures| Compared {
            name: name.to_owned(),
            completed,
            rolled_back: 1.0 - completed,
            measures: figures,
        };
        Comparison {
            plans: vec![
                plan("solution.ron", 1.0, figures(1.0, None)),
                plan("recreate.ron", 0.0, figures(31.0, Some(2.5))),
                plan("similar.ron", 0.0, figures(1.02, Some(0.5))),
            ],
            runs: 20,
            seed: 1,
        }
    }

    #[test]
    fn a_comparison_reads_as_written_down() {
        let comparison = comparison();
        let compare =
            Compare { scenario: "shop", release: "v2-errors", currency: "USD", comparison: &comparison };
        golden("compare.txt", &text(&compare, TextStyle::PLAIN));
    }

    #[test]
    fn the_json_gives_each_interval_and_null_where_there_is_none() {
        let comparison = comparison();
        let compare =
            Compare { scenario: "shop", release: "v2-errors", currency: "USD", comparison: &comparison };
        let json: serde_json::Value = serde_json::from_str(&json(&compare)).unwrap();
        assert_eq!(json["plans"][0]["measures"][0]["difference"], serde_json::Value::Null);
        let harmed = &json["plans"][1]["measures"][0];
        assert_eq!(harmed["measure"], "users_harmed");
        assert!(
            harmed["difference"]["low"].as_f64().unwrap() < harmed["difference"]["high"].as_f64().unwrap()
        );
        assert_eq!(json["plans"][1]["measures"][2]["mean"], serde_json::Value::Null);
    }
}
