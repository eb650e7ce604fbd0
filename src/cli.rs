//! Arguments, subcommands and exit codes: the only room that prints.
//!
//! Results go to standard output, errors and remarks to standard error. Exit code 0 means passed, 1 ran but not passed, 2 could
//! not run, or the result could not be written. A reader that closes the pipe early is not an error.

#[cfg(all(feature = "panels", any(feature = "app", test)))]
mod author;
pub mod bench;
mod brief;
mod calibrate;
mod check;
mod class;
mod commit;
mod compare;
mod course;
mod environment;
mod explain;
mod export;
mod fidelity;
mod fuzz;
mod grade;
mod import;
mod judges;
#[cfg(feature = "app")]
mod lab;
mod list;
mod load;
mod manual_actions;
mod merge;
mod museum;
mod new;
mod outcome;
mod output;
mod overwrite;
mod package;
mod play;
mod power;
mod preview;
mod progress;
mod rehearse;
mod replay;
mod run;
mod schema;
mod secret;
mod soak;
mod sweep;
mod verify;
mod welcome;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use outcome::{Ended, Format, Outcome};
use output::{Output, Trouble};

/// Ship a release, break it, roll it back: a laboratory for deployment strategies.
///
/// A NAME is the id of an exercise or scenario that is shipped with the lab (see `rollout-lab list`), or the path of your own
/// file. A file of an exercise is named by both: canary/solution.
#[derive(Debug, Parser)]
#[command(name = "rollout-lab", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    /// Write ASCII characters only
    #[arg(long, global = true)]
    ascii: bool,
    #[command(subcommand)]
    command: Option<Subcommand>,
}

const EXAMPLES: &str = "\
Examples:
  rollout-lab                                       see a rollout and its grade
  rollout-lab list                                  the exercises and scenarios
  rollout-lab grade canary my-plan.ron              your score, and why
  rollout-lab class canary hand-ins/ --csv out.csv  everybody's scores
  rollout-lab check exercises/05-canary             does the exercise test its lesson?

Exit codes: 0 passed, 1 ran but not passed, 2 could not run.
Set NO_COLOR to switch colours off.";

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Open the lab's window, with your own exercises if you wish, or take a picture of it
    #[cfg(feature = "app")]
    App(lab::App),
    /// List the exercises, scenarios and incidents, with your best score on this computer
    List(list::List),
    /// Run a plan once and show what happened
    Run(run::Run),
    /// Show the task of an exercise
    Brief(brief::Brief),
    /// Show a hint of an exercise
    Hint(brief::Hint),
    /// Play an exercise in the terminal, step by step, by hand
    Play(play::Play),
    /// Show what each case of an exercise is and how the model solution fares in it: for those who write exercises
    Preview(preview::Preview),
    /// Grade a plan or a session by the rubric of an exercise
    Grade(grade::Grade),
    /// Grade a folder of hand-ins
    Class(class::Class),
    /// Put the parts of a class together that several machines graded
    Merge(merge::Merge),
    /// Run a plan in a scenario with some of their values varied, over a grid or a Latin hypercube
    Sweep(sweep::SweepArguments),
    /// Show the hash of a course's key, to be published before the course
    Commit(commit::Commit),
    /// Check that a signed result is as it was signed
    Verify(verify::Verify),
    /// Grade one hand-in that is given on standard input: `class` calls this
    #[command(hide = true)]
    GradeOne(class::child::GradeOne),
    /// Sum a course: the best attempts of each learner, late days, and the lesson's assessment criteria
    Course(course::Course),
    /// Find all problems in files, and check that each exercise tests its lesson
    Check(check::Check),
    /// Show how each criterion's value is spread over plans, so that its marks can be set
    Calibrate(calibrate::Calibrate),
    /// Run several plans on the same worlds and show whether they differ
    Compare(compare::Compare),
    /// Show how large a regression a plan would catch, how surely, how soon, and how many users it would harm
    Power(power::Power),
    /// Rehearse a manifest without a scenario: what it would catch, whom it would hurt, how soon, and why not more
    Rehearse(Box<rehearse::Rehearse>),
    /// Show one run to every judge, and how often each is wrong over many worlds
    Judges(judges::Judges),
    /// Retell real outages and compare the runs with what was published
    Museum(museum::Museum),
    /// Explain a field of a plan or scenario: its meaning, its default, and the upstream rule
    Explain(explain::Explain),
    /// Print the JSON Schema of a kind of file, or the reference of all its fields
    Schema(schema::Schema),
    /// Run a recorded session again and check that it gives the same run
    Replay(replay::Replay),
    /// Write a commented template that passes `check`
    New(new::New),
    /// Write a plan as a manifest of Argo Rollouts, Flagger, Kubernetes or Unleash
    Export(export::Export),
    /// Turn a manifest of Argo Rollouts, Flagger, Kubernetes or Unleash into a plan
    Import(import::Import),
    /// Pack an exercise as an autograder of a school's system
    Package(package::Package),
    /// Measure the speed of the simulator on this machine
    Bench(bench::Bench),
    /// Give every reader changed files, and count what it does not take well
    #[command(hide = true)]
    Fuzz(fuzz::Fuzz),
    /// Run random worlds and hold the laws against each
    #[command(hide = true)]
    Soak(soak::Soak),
}

/// Runs the program with `arguments` (the first is its own name) and returns its exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            output::note(error.print());
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return ended(code);
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
        Some(Subcommand::Brief(brief)) => brief.run(output),
        Some(Subcommand::Hint(hint)) => hint.run(output),
        Some(Subcommand::Preview(preview)) => preview.run(output),
        Some(Subcommand::Play(play)) => play.run(output),
        Some(Subcommand::Grade(grade)) => grade.run(output),
        Some(Subcommand::Class(class)) => class.run(output),
        Some(Subcommand::Course(course)) => course.run(output),
        Some(Subcommand::GradeOne(one)) => one.run(output),
        Some(Subcommand::Merge(merge)) => merge.run(output),
        Some(Subcommand::Sweep(sweep)) => sweep.run(output),
        Some(Subcommand::Commit(commit)) => commit.run(output),
        Some(Subcommand::Verify(verify)) => verify.run(output),
        Some(Subcommand::Calibrate(calibrate)) => calibrate.run(output),
        Some(Subcommand::Check(check)) => check.run(output),
        Some(Subcommand::Compare(compare)) => compare.run(output),
        Some(Subcommand::Power(power)) => power.run(output),
        Some(Subcommand::Rehearse(rehearse)) => rehearse.run(output),
        Some(Subcommand::Judges(judges)) => judges.run(output),
        Some(Subcommand::Museum(museum)) => museum.run(output),
        Some(Subcommand::Explain(explain)) => explain.run(output),
        Some(Subcommand::Schema(schema)) => schema.run(output),
        Some(Subcommand::Replay(replay)) => replay.run(output),
        Some(Subcommand::New(new)) => new.run(output),
        Some(Subcommand::Export(export)) => export.run(output),
        Some(Subcommand::Import(import)) => import.run(output),
        Some(Subcommand::Package(package)) => package.run(output),
        Some(Subcommand::Bench(bench)) => bench.run(output),
        Some(Subcommand::Fuzz(fuzz)) => fuzz.run(output),
        Some(Subcommand::Soak(soak)) => soak.run(output),
    };
    match outcome {
        Ok(Ended::Passed) => ended(0),
        Ok(Ended::NotPassed) => ended(1),
        Err(trouble) => {
            output.trouble(&trouble);
            ended(2)
        }
    }
}

/// The exit code `code`; or 2, when a result could not be written, as on a full disk.
fn ended(code: u8) -> ExitCode {
    match output::lost() {
        None => ExitCode::from(code),
        Some(why) => {
            Output::new(true).remark(&format!("rollout-lab: the result could not be written: {why}"));
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
