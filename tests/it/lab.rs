//! The program, run as a user runs it.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// What the program answered.
pub struct Answer {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A call of the program, without colours and without knowing of this computer's best scores.
pub struct Call(Command);

/// `rollout-lab` in `folder`.
pub fn lab(folder: &Path) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollout-lab"));
    plain(&mut command, folder).env("ROLLOUT_LAB_DATA", env!("CARGO_TARGET_TMPDIR"));
    Call(command)
}

/// A shell that runs `line` in `folder` and knows the command `rollout-lab`. Best scores are kept in `folder`.
pub fn shell(folder: &Path, line: &str) -> Call {
    let program = Path::new(env!("CARGO_BIN_EXE_rollout-lab")).parent().unwrap();
    let mut paths = vec![program.to_owned()];
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut command = Command::new("sh");
    command.args(["-c", line]).env("PATH", std::env::join_paths(paths).unwrap());
    plain(&mut command, folder).env("ROLLOUT_LAB_DATA", folder.join(".best"));
    Call(command)
}

fn plain<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    for variable in ["TERM", "CLICOLOR_FORCE", "DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(variable);
    }
    command.current_dir(folder).env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8")
}

impl Call {
    pub fn arg(mut self, argument: &str) -> Self {
        self.0.arg(argument);
        self
    }

    pub fn args<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    /// Starts it without waiting for its end; what it answers is lost.
    pub fn started(mut self) -> Child {
        self.0.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub fn answer(mut self) -> Answer {
        Answer::of(self.0.output().unwrap())
    }

    /// The answer when `text` is piped into it.
    pub fn typed(mut self, text: &str) -> Answer {
        let piped = self.0.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // A program that has stopped reading closes the pipe.
        drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
        Answer::of(child.wait_with_output().unwrap())
    }
}

impl Answer {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
