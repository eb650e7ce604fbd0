//! `rollout-lab judges`: one run seen by every judge, and how often each is wrong over many worlds.

use clap::Args;

use crate::engine::{Share, Span};
use crate::exercise::judges::{Bench, judges};
use crate::exercise::power::Regression;
use crate::report::judges as report;

use super::output::{Output, Trouble};
use super::progress::bar;
use super::run::CaseArguments;
use super::{Ended, Format, Outcome, load};

/// Arguments of `judges`.
#[derive(Debug, Args)]
#[command(after_help = "\
A canary is held at one weight while a fixed limit, a comparison with the baseline, tests of proportions and of samples, Kayenta's
judge, a sequential test and a burn-rate alert look at the same run. None stops it. Each world is met twice, with a sound release
(who fires raises a false alarm) and with the worse one (who does not fire misses it).

Examples:
  rollout-lab judges checkout
  rollout-lab judges checkout --errors 1% --weight 5% --hold 20m
  rollout-lab judges checkout --fault payments-brownout --seeds 50 --format json")]
pub(super) struct Judges {
    /// The scenario: a shipped one's id, or a path
    scenario: String,
    #[command(flatten)]
    case: CaseArguments,
    /// Share of requests that fail in addition with the worse release, above 0% and up to 100%
    #[arg(long, default_value = "2%", value_parser = part)]
    errors: Share,
    /// Share of requests that the release answers, above 0% and below 100%
    #[arg(long, default_value = "10%", value_parser = part)]
    weight: Share,
    /// For how long it is watched, from 2m to 2h
    #[arg(long, default_value = "15m", value_parser = hold)]
    hold: Span,
    /// Number of worlds
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1000))]
    seeds: u32,
    /// The world that is shown; all others are derived from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn part(text: &str) -> Result<Share, String> {
    let share: Share =
        text.parse().map_err(|_| format!("\"{text}\" is not a share; write one such as 2%"))?;
    let sound = share > Share::ZERO && share <= Share::ALL;
    sound.then_some(share).ok_or_else(|| "write a share above 0% and at most 100%, such as 2%".to_owned())
}

fn hold(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|_| format!("\"{text}\" is not a time; write one such as 15m"))?;
    let sound = (Span::from_secs(120)..=Span::from_secs(7_200)).contains(&span);
    sound.then_some(span).ok_or_else(|| "write a time from 2m to 2h, such as 15m".to_owned())
}

impl Judges {
    pub fn run(self, output: Output) -> Outcome {
        if self.weight == Share::ALL {
            return Err(Trouble::Said(
                "--weight: 100% leaves no baseline to compare with; write less".to_owned(),
            ));
        }
        let scenario = load::scenario(&self.scenario)?;
        let case = self.case.case(&scenario.value)?;
        let release =
            case.release.clone().or_else(|| scenario.value.releases.get(1).map(|second| second.name.clone()));
        let bench = Bench {
            weight: self.weight,
            hold: self.hold,
            regression: Regression::Errors(self.errors),
            runs: self.seeds as usize,
            seed: self.seed,
        };
        let bar = bar(output, 2 * u64::from(self.seeds), "judging");
        let judged = judges(&scenario.value, &case, &bench, &|| bar.inc(1), &|| false);
        bar.finish_and_clear();
        let judged = judged.map_err(|issues| Trouble::Problems(scenario.place(&issues, "")))?;
        let Some(judged) = judged else { return Ok(Ended::NotPassed) };
        let page = report::Judges {
            scenario: &scenario.value.id,
            release: release.as_deref().unwrap_or_default(),
            judged: &judged,
        };
        output.result(&match self.format {
            Format::Text => report::text(&page, output.style),
            Format::Json => report::json(&page),
        });
        Ok(Ended::Passed)
    }
}
