//! Arguments, subcommands and exit codes: the only room that prints.
//!
//! Results go to standard output, trouble to standard error. Exit code 0 is passed, 1 is ran but not passed, 2 is could not
//! run. A reader that stops reading is no trouble.

pub mod bench;
mod check;
mod class;
mod compare;
mod explain;
mod export;
mod grade;
mod hand;
mod import;
#[cfg(feature = "app")]
mod lab;
mod list;
mod load;
mod new;
mod output;
mod overwrite;
mod power;
mod progress;
mod replay;
mod run;
mod welcome;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use output::{Output, Trouble};

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Passed,
    NotPassed,
}

type Outcome = Result<Ended, Trouble>;

/// Ship a release, break it, roll it back: a laboratory for deployment strategies.
///
/// A NAME is the id of something shipped with the lab (see `rollout-lab list`) or the path of a file of your own. Files of an
/// exercise may be named with it: canary/solution.
#[derive(Debug, Parser)]
#[command(name = "rollout-lab", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    /// Write nothing but ASCII
    #[arg(long, global = true)]
    ascii: bool,
    #[command(subcommand)]
    command: Option<Subcommand>,
}

const EXAMPLES: &str = "\
Examples:
  rollout-lab                                       see a rollout and its grade
  rollout-lab list                                  what there is
  rollout-lab grade canary my-plan.ron              your score, and why
  rollout-lab class canary hand-ins/ --csv out.csv  everybody's scores
  rollout-lab check exercises/05-canary             does the lesson bear load?

Exit codes: 0 passed, 1 ran but not passed, 2 could not run.
Set NO_COLOR to see no colours.";

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Open the lab's window, with an instructor's own exercises, or take a picture of it
    #[cfg(feature = "app")]
    App(lab::App),
    /// Show the exercises and scenarios, with the best score on this computer
    List(list::List),
    /// Run a plan once and tell what happened
    Run(run::Run),
    /// Grade a plan or a session by an exercise's rubric
    Grade(grade::Grade),
    /// Grade a folder of hand-ins
    Class(class::Class),
    /// Find everything wrong with files, and whether lessons bear load
    Check(check::Check),
    /// Run several plans on the same worlds and say how surely they differ
    Compare(compare::Compare),
    /// Say how large a regression a plan would catch, how surely, how soon, and at what harm
    Power(power::Power),
    /// Explain a knob: what it is, its default, and whose rule it follows
    Explain(explain::Explain),
    /// Run a recorded session again and check that it is the same
    Replay(replay::Replay),
    /// Write a commented template that passes `check`
    New(new::New),
    /// Write a plan as a manifest of Argo Rollouts, Kubernetes or Unleash
    Export(export::Export),
    /// Make a plan of a manifest of Argo Rollouts, Flagger, Kubernetes or Unleash
    Import(import::Import),
    /// Measure how fast this machine simulates
    Bench(bench::Bench),
}

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Runs the program with `arguments` (the first is its own name) and answers with its exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let output = Output::new(arguments.ascii);
    let outcome = match arguments.command {
        #[cfg(feature = "app")]
        None => lab::open_or_tell(output),
        #[cfg(not(feature = "app"))]
        None => welcome::run("this build has no window", output),
        #[cfg(feature = "app")]
        Some(Subcommand::App(app)) => app.run(output),
        Some(Subcommand::List(list)) => list.run(output),
        Some(Subcommand::Run(run)) => run.run(output),
        Some(Subcommand::Grade(grade)) => grade.run(output),
        Some(Subcommand::Class(class)) => class.run(output),
        Some(Subcommand::Check(check)) => check.run(output),
        Some(Subcommand::Compare(compare)) => compare.run(output),
        Some(Subcommand::Power(power)) => power.run(output),
        Some(Subcommand::Explain(explain)) => explain.run(output),
        Some(Subcommand::Replay(replay)) => replay.run(output),
        Some(Subcommand::New(new)) => new.run(output),
        Some(Subcommand::Export(export)) => export.run(output),
        Some(Subcommand::Import(import)) => import.run(output),
        Some(Subcommand::Bench(bench)) => bench.run(output),
    };
    match outcome {
        Ok(Ended::Passed) => ExitCode::SUCCESS,
        Ok(Ended::NotPassed) => ExitCode::from(1),
        Err(trouble) => {
            output.trouble(&trouble);
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent_and_every_command_is_explained() {
        let command = Arguments::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            assert!(sub.get_about().is_some(), "{}", sub.get_name());
            for argument in sub.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", sub.get_name(), argument.get_id());
            }
        }
    }
}
