//! Reading cases: the shared JSON files, and the project's own share in a form of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::judge::{Part, Quantity};
use super::measure::Measure;
use super::model::{Law, Model, Policy};

/// The cases of one file.
pub struct Set {
    pub name: String,
    pub cases: Vec<Case>,
}

/// A case, or why it cannot be driven.
pub struct Case {
    pub name: String,
    pub parts: Result<Vec<Part>, String>,
}

/// Shares rarer than this are left out: they are not met often enough in a run to be measured.
const TOO_RARE: f64 = 0.0005;

/// What is stated beside the simulation's quantities and has no end-to-end meaning: the mean given a size that the law
/// never draws, the mean of another policy that is a case of its own, and a remark about stability.
const NOT_MEASURED: [&str; 3] = ["W_given_size", "W_random", "stable_during"];

/// All queueing sets of a folder, in order of their names.
pub fn shared(folder: &Path) -> Vec<Set> {
    let is_queueing = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("queueing_") && name.ends_with(".json")
    };
    files(folder).into_iter().filter(is_queueing).map(|path| shared_set(&path)).collect()
}

/// The files of a folder, in order of their names.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn shared_set(path: &Path) -> Set {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases =
        file["cases"].as_array().map(|cases| cases.iter().map(shared_case).collect()).unwrap_or_default();
    Set { name: stem(path), cases }
}

/// One case as the shared files state it.
pub fn shared_case(case: &Value) -> Case {
    let name = case["name"].as_str().unwrap_or("without a name").to_owned();
    Case { name, parts: shared_parts(case) }
}

fn shared_parts(case: &Value) -> Result<Vec<Part>, String> {
    let group = case["group"].as_str().unwrap_or_default();
    let input = &case["input"];
    if group == "capacity" {
        return ["before", "during"]
            .into_iter()
            .filter_map(|when| capacity(case, when).transpose())
            .collect();
    }
    let model = model_of(group, input)?;
    let quantities = quantities(&model, &case["expected"])?;
    Ok(vec![Part { model, quantities }])
}

/// A station with the servers that are left `when`; nothing where it is unstable and so has no mean.
fn capacity(case: &Value, when: &str) -> Result<Option<Part>, String> {
    let input = &case["input"];
    let expected = &case["expected"][format!("Wq_{when}")];
    if expected.is_null() {
        return Ok(None);
    }
    let model = station(input, exponential(number(input, "mu")?), count(input, &format!("servers_{when}"))?)?;
    let stated = BTreeMap::from([("Wq".to_owned(), expected.clone())]);
    let quantities = quantities(&model, &serde_json::json!(stated))?;
    Ok(Some(Part { model, quantities }))
}

fn number(input: &Value, name: &str) -> Result<f64, String> {
    input[name].as_f64().ok_or_else(|| format!("no number \"{name}\" in {input}"))
}

fn count(input: &Value, name: &str) -> Result<u32, String> {
    input[name].as_u64().map(|count| count as u32).ok_or_else(|| format!("no count \"{name}\" in {input}"))
}

fn numbers(input: &Value, name: &str) -> Result<Vec<f64>, String> {
    let list = input[name].as_array().ok_or_else(|| format!("no list \"{name}\" in {input}"))?;
    list.iter().map(|item| item.as_f64().ok_or_else(|| format!("\"{name}\" in {input}"))).collect()
}

fn exponential(mu: f64) -> Law {
    Law::Exponential(1.0 / mu)
}

fn station(input: &Value, law: Law, servers: u32) -> Result<Model, String> {
    let rate = number(input, "lambda")?;
    Ok(Model::Station { rate, law, servers, room: None, leave: None, shared: false })
}

fn model_of(group: &str, input: &Value) -> Result<Model, String> {
    Ok(match group {
        "mm1" => station(input, exponential(number(input, "mu")?), 1)?,
        "mm1k" | "mmck" => Model::Station {
            rate: number(input, "lambda")?,
            law: exponential(number(input, "mu")?),
            servers: if group == "mm1k" { 1 } else { count(input, "servers")? },
            room: Some(count(input, "capacity_in_system")?),
            leave: None,
            shared: false,
        },
        "mg1" => station(input, law_of(&input["service"])?, 1)?,
        "md1" => station(input, Law::Fixed(number(input, "service_time")?), 1)?,
        "ps" => Model::Station {
            rate: number(input, "lambda")?,
            law: law_of(&input["service"])?,
            servers: 1,
            room: None,
            leave: None,
            shared: true,
        },
        "priority" => Model::Priority {
            high: number(input, "lambda_high")?,
            low: number(input, "lambda_low")?,
            mu: number(input, "mu")?,
        },
        "mmc" => station(input, exponential(number(input, "mu")?), count(input, "servers")?)?,
        "erlang_b" => Model::Station {
            rate: number(input, "offered_load")?,
            law: Law::Exponential(1.0),
            servers: count(input, "servers")?,
            room: Some(count(input, "servers")?),
            leave: None,
            shared: false,
        },
        "erlang_a" => Model::Station {
            rate: number(input, "lambda")?,
            law: exponential(number(input, "mu")?),
            servers: count(input, "servers")?,
            room: None,
            leave: Some(number(input, "abandon_rate")?),
            shared: false,
        },
        "random" | "round_robin" | "mean_field" | "jsq_exact" | "p2c_exact" => balanced(group, input)?,
        "weighted" => Model::Weighted {
            weights: numbers(input, "weights")?,
            mu: numbers(input, "mu")?,
            rate: number(input, "lambda_total")?,
        },
        "jackson" => Model::Tandem { rate: number(input, "lambda")?, mu: numbers(input, "mu")? },
        "feedback" => Model::Feedback {
            rate: number(input, "lambda")?,
            mu: number(input, "mu")?,
            fail: number(input, "fail_prob")?,
        },
        "availability" => Model::Repair {
            machines: count(input, "n")?,
            need: count(input, "need")?,
            fail: number(input, "fail_rate_each")?,
            repair: number(input, "repair_rate_each")?,
            crews: count(input, "repair_crews")?,
        },
        other => return Err(format!("unknown group \"{other}\"")),
    })
}

fn balanced(group: &str, input: &Value) -> Result<Model, String> {
    let policy = match input["policy"].as_str().unwrap_or_default() {
        "random" => Policy::Random,
        "round_robin" => Policy::RoundRobin,
        "jsq" => Policy::Shortest,
        "power_of_d" => Policy::ShortestOf {
            choices: count(input, "d")?,
            with_replacement: input["sample_with_replacement"].as_bool().unwrap_or(false),
        },
        other => return Err(format!("unknown policy \"{other}\"")),
    };
    let limit = group == "mean_field";
    let servers = if limit { 1 } else { count(input, "servers")? };
    let rate = number(input, "lambda_total")
        .or_else(|_| number(input, "lambda_per_server").map(|rate| rate * f64::from(servers)))?;
    Ok(Model::Balanced { policy, servers, rate, mu: number(input, "mu")?, limit })
}

fn law_of(service: &Value) -> Result<Law, String> {
    let mean = number(service, "mean")?;
    Ok(match service["kind"].as_str().unwrap_or_default() {
        "exponential" => Law::Exponential(mean),
        "deterministic" => Law::Fixed(mean),
        "erlang" => Law::Erlang(mean, count(service, "k")?),
        "uniform" => Law::Uniform(number(service, "low")?, number(service, "high")?),
        "hyperexponential2" => {
            let first = number(service, "p1")?;
            Law::Mixture(vec![
                (first, exponential(number(service, "rate1")?)),
                (1.0 - first, exponential(number(service, "rate2")?)),
            ])
        }
        "lognormal" => Law::Lognormal(number(service, "mu_ln")?, number(service, "sigma_ln")?),
        "two_point" => {
            let values = numbers(service, "values")?;
            Law::Mixture(
                numbers(service, "probs")?.into_iter().zip(values.into_iter().map(Law::Fixed)).collect(),
            )
        }
        other => return Err(format!("unknown service law \"{other}\"")),
    })
}

/// The project's own share of queueing cases.
pub fn own_share(folder: &Path) -> Vec<Set> {
    vec![own_set(&folder.join("queueing.ron"))]
}

/// A case of the project's own share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnCase {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    model: Model,
    expect: BTreeMap<String, ron::Value>,
}

fn own_set(path: &Path) -> Set {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let cases: Vec<OwnCase> =
        options.from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases = cases.into_iter().map(|case| {
        let stated = serde_json::to_value(&case.expect).unwrap_or_default();
        let parts = quantities(&case.model, &stated)
            .map(|quantities| vec![Part { model: case.model.clone(), quantities }]);
        Case { name: case.name, parts }
    });
    Set { name: stem(path), cases: cases.collect() }
}

/// What a case states, as quantities; an unknown one is refused.
fn quantities(model: &Model, expected: &Value) -> Result<Vec<Quantity>, String> {
    let stated = expected.as_object().ok_or("nothing is expected")?;
    let mut found = Vec::new();
    for (key, value) in stated {
        if NOT_MEASURED.contains(&key.as_str()) || value.is_null() {
            continue;
        }
        let single = value.as_f64();
        let entries: Vec<(String, f64)> = match (single, value) {
            (Some(number), _) => vec![(String::new(), number)],
            (None, Value::Object(table)) => {
                table.iter().filter_map(|(at, value)| Some((at.clone(), value.as_f64()?))).collect()
            }
            (None, Value::Array(list)) => list
                .iter()
                .enumerate()
                .filter_map(|(at, value)| Some((at.to_string(), value.as_f64()?)))
                .collect(),
            _ => Vec::new(),
        };
        for (at, expected) in entries {
            let measure = measure_of(model, key, &at, expected)
                .ok_or_else(|| format!("unknown quantity \"{key}\" of {model:?}"))?;
            let certain = measure.is_share() && !(TOO_RARE..=1.0 - 1e-9).contains(&expected);
            if !certain {
                let name = if at.is_empty() { key.clone() } else { format!("{key}[{at}]") };
                found.push(Quantity { name, measure, expected });
            }
        }
    }
    Ok(found)
}

fn measure_of(model: &Model, key: &str, at: &str, expected: f64) -> Option<Measure> {
    let servers = model.servers();
    let place = || at.parse::<usize>().ok();
    Some(match key {
        "W" | "W_accepted" | "W_total" => Measure::Sojourn,
        "Wq" | "Wq_accepted" | "conservation" => Measure::Wait,
        "mean_wait_all" => Measure::WaitOfAll { servers, rate: model.rate() },
        "L" => Measure::Load,
        "Lq" if matches!(model, Model::Station { leave: Some(_), .. }) => Measure::QueueSeen { servers },
        "Lq" => Measure::Queue,
        "rho" | "utilisation" => Measure::Utilisation { servers },
        "carried_load" => Measure::Busy { servers },
        "p_block" => Measure::Blocked,
        "p_abandon" => Measure::Left,
        "throughput" | "throughput_served" => Measure::Throughput,
        "effective_lambda" => Measure::Begun,
        "mean_attempts" => Measure::Attempts,
        "p_wait" if matches!(model, Model::Station { leave: Some(_), .. }) => Measure::AllBusy { servers },
        "p_wait" | "sigma" => Measure::Waited,
        "p_wait_zero" => Measure::NotWaited,
        "p_wait_le" => Measure::WaitAtMost { units: at.parse().ok()? },
        "p_n_ge" => Measure::LoadAtLeast { count: place()? },
        "fraction_queue_ge" => Measure::EachAtLeast { count: place()? },
        "W_per_server" | "W_per_stage" => {
            let station = place()?;
            let rate = match model {
                Model::Weighted { weights, rate, .. } => rate * weights.get(station)?,
                Model::Tandem { rate, .. } => *rate,
                _ => return None,
            };
            Measure::SojournAt { station, rate }
        }
        "Wq_high" | "Wq_low" => {
            let Model::Priority { high, low, .. } = model else { return None };
            let (kind, rate) = if key == "Wq_high" { (0, *high) } else { (1, *low) };
            Measure::WaitOf { kind, rate }
        }
        "p_at_least_k_up" | "p_all_up" | "mean_up" => {
            let Model::Repair { machines, need, .. } = model else { return None };
            match key {
                "mean_up" => Measure::Up,
                "p_all_up" => Measure::UpAtLeast { count: *machines as usize },
                _ => Measure::UpAtLeast { count: *need as usize },
            }
        }
        _ => return percentile_of(key, expected),
    })
}

/// `sojourn_p99`, `wait_p95` and the like.
fn percentile_of(key: &str, expected: f64) -> Option<Measure> {
    let (what, percent) = key.rsplit_once("_p")?;
    let share = percent.parse::<f64>().ok()? / 100.0;
    match what {
        "sojourn" => Some(Measure::SojournPercentile { share, expected }),
        "wait" => Some(Measure::WaitPercentile { share, expected }),
        _ => None,
    }
}
