//! The rules themselves: one function for each, from a file's path and text to what breaks it.

use std::fmt;

use super::tokens::{Token, tokens};
use super::wide::wide_structs;

/// The longest a file of code may be, in lines; about 400 is where to stop and think.
pub const MAX_LINES: usize = 500;

/// Files of rooms that are compiled for tests alone, and may keep expected pages and test folders on the disk: these, or
/// what begins so.
const FOR_TESTS: [&str; 2] = ["src/report/golden.rs", "src/app/tests"];

/// One thing against the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    /// From 1.
    pub line: usize,
    /// A short word for the rule.
    pub rule: &'static str,
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}

/// The rooms in their order, read from the numbered list that opens `lib.rs`.
pub fn rooms_of(lib: &str) -> Vec<String> {
    let numbered = |line: &str| {
        let (number, rest) = line.strip_prefix("//! ")?.split_once(". [`")?;
        number.parse::<u32>().ok()?;
        Some(rest.split('`').next()?.to_owned())
    };
    lib.lines().filter_map(numbered).collect()
}

/// Everything in one file that is against the rules. `path` is relative to the project, with `/`; `rooms` are in order.
pub fn findings(rooms: &[String], path: &str, text: &str) -> Vec<Finding> {
    let mut report = Report { path, found: vec![] };
    machine_paths(&mut report, text);
    if path.ends_with(".rs") {
        let code = tokens(text);
        opening_and_length(&mut report, text);
        file_name(&mut report);
        names(&mut report, &code);
        unfinished(&mut report, &code);
        if let Some(inside) = path.strip_prefix("src/") {
            let room = inside.split(['/', '.']).next().unwrap_or(inside);
            imports(&mut report, rooms, room, &code);
            app_folders(&mut report, &code);
            for (line, name, fields) in wide_structs(&code, text) {
                let message = format!(
                    "`{name}` has {fields} fields; divide it by subject, or say above it why it has more than twenty fields"
                );
                report.add(line, "wide", message);
            }
            if !FOR_TESTS.iter().any(|start| path.starts_with(start)) {
                doors(&mut report, room, &code);
            }
        }
    }
    report.found
}

struct Report<'a> {
    path: &'a str,
    found: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, line: usize, rule: &'static str, message: impl Into<String>) {
        self.found.push(Finding { path: self.path.to_owned(), line, rule, message: message.into() });
    }
}

/// No text names a place on the machine that it was written on.
fn machine_paths(report: &mut Report, text: &str) {
    let folders = ["work", "tmp", "root", "home"].map(|name| format!("/{name}/"));
    for (at, line) in text.lines().enumerate() {
        for folder in &folders {
            let own = line.match_indices(folder.as_str()).any(|(start, _)| {
                let before = line[..start].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || "._-}~".contains(c))
            });
            if own {
                report.add(at + 1, "machine-path", format!("names the folder {folder} of one machine"));
            }
        }
    }
}

/// A file says what it is for, and is about one subject.
fn opening_and_length(report: &mut Report, text: &str) {
    if !text.starts_with("//! ") {
        report.add(1, "opening", "begins without a //! line that says what the file is for");
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        report.add(lines, "length", format!("{lines} lines, at most {MAX_LINES}; split it by subject"));
    }
}

fn file_name(report: &mut Report) {
    const BANNED: [&str; 9] =
        ["utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "mod"];
    let parts = report.path.trim_end_matches(".rs").split('/');
    if let Some(part) = parts.into_iter().find(|part| BANNED.contains(part)) {
        report.add(
            1,
            "name",
            format!("`{part}` says nothing; name the subject (a front door is room.rs beside room/)"),
        );
    }
}

/// Things are called by what they are.
fn names(report: &mut Report, code: &[Token]) {
    for pair in code.windows(2) {
        let name = pair[1].text;
        let vague = ["Manager", "Helper", "Helpers", "Util", "Utils"].iter().any(|end| name.ends_with(end));
        match pair[0].text {
            "struct" | "enum" | "trait" | "type" if vague => {
                report.add(pair[1].line, "name", format!("`{name}` says nothing; name what it is or does"));
            }
            "fn" if name.starts_with("get_") => {
                let plain = name.trim_start_matches("get_");
                report.add(pair[1].line, "name", format!("`{name}`: a getter is called `{plain}`"));
            }
            _ => {}
        }
    }
}

/// Nothing is left for later, switched off, or silenced without a reason.
fn unfinished(report: &mut Report, code: &[Token]) {
    for (at, token) in code.iter().enumerate() {
        let next = code.get(at + 1).map_or("", |next| next.text);
        let opens_attribute = at > 0 && code[at - 1].text == "[";
        match token.text {
            word @ ("todo" | "unimplemented" | "dbg") if next == "!" => {
                report.add(token.line, "unfinished", format!("{word}! does not belong in finished code"));
            }
            "ignore" if opens_attribute => {
                report.add(token.line, "unfinished", "a test that is switched off; mend it or delete it");
            }
            "allow" if opens_attribute && next == "(" => {
                report.add(
                    token.line,
                    "silenced",
                    "write #[expect(..., reason = \"...\")], which ends when its cause does",
                );
            }
            "expect" if opens_attribute && !reason_in(&code[at..]) => {
                report.add(token.line, "silenced", "an #[expect] without its reason");
            }
            "unsafe" => report.add(token.line, "unsafe", "there is no unsafe code here"),
            _ => {}
        }
    }
}

fn reason_in(code: &[Token]) -> bool {
    code.iter().take_while(|token| token.text != "]").any(|token| token.text == "reason")
}

/// A room uses only the rooms above it in the list.
fn imports(report: &mut Report, rooms: &[String], room: &str, code: &[Token]) {
    let place = |name: &str| rooms.iter().position(|room| room == name);
    let depth_of_file = report.path.trim_start_matches("src/").split('/').count();
    let own = place(room);
    let mut depths = InlineModules::default();
    for (at, token) in code.iter().enumerate() {
        depths.meet(&code[at..]);
        let after = match token.text {
            "crate" => 1,
            // A chain of `super::` that climbs to the root of the crate names rooms like `crate::` does.
            "super" if at == 0 || code[at - 1].text != "::" => {
                let chain = code[at..].chunks(2).take_while(|pair| pair[0].text == "super").count();
                if chain != depth_of_file + depths.open.len() {
                    continue;
                }
                2 * chain - 1
            }
            "rollout_lab" if room == "main" => 1,
            _ => continue,
        };
        for name in heads(&code[at..], after) {
            let used = place(name.text);
            let may = match room {
                "lib" => true,
                "main" => used.is_none() || name.text == "cli",
                _ => used <= own,
            };
            if !may {
                let message =
                    format!("`{room}` may not know `{}`, which comes after it in lib.rs", name.text);
                report.add(name.line, "upward-import", message);
            }
        }
    }
}

/// The folders of the room `app`, in the order of what may know what. Nothing outside the window's own folder needs Bevy.
const APP_FOLDERS: [&str; 4] = ["model", "update", "view", "window"];

/// Inside the room `app`, a folder uses only the folders before it in [`APP_FOLDERS`], and `view` does not use `update`:
/// it hands back commands.
fn app_folders(report: &mut Report, code: &[Token]) {
    let place = |name: &str| APP_FOLDERS.iter().position(|folder| *folder == name);
    let parts: Vec<&str> = report.path.trim_start_matches("src/").split(['/', '.']).collect();
    let Some(own) = parts.get(1).filter(|_| parts[0] == "app").and_then(|folder| place(folder)) else {
        return;
    };
    let depth_of_file = report.path.trim_start_matches("src/").split('/').count();
    for at in 0..code.len() {
        let climbs = || code[at..].chunks(2).take_while(|pair| pair[0].text == "super").count();
        let after = match code[at].text {
            "crate" if code.get(at + 2).is_some_and(|room| room.text == "app") => 3,
            // A chain of `super::` that climbs to the room.
            "super" if (at == 0 || code[at - 1].text != "::") && climbs() + 1 == depth_of_file => {
                2 * climbs() - 1
            }
            _ => continue,
        };
        for name in heads(&code[at..], after) {
            let Some(used) = place(name.text) else { continue };
            if used > own || (APP_FOLDERS[own], name.text) == ("view", "update") {
                let message = format!("`app::{}` may not know `app::{}`", APP_FOLDERS[own], name.text);
                report.add(name.line, "app-folder", message);
            }
        }
    }
}

/// The first names behind `root::` or in `root::{...}`, where the `::` is at `after`.
fn heads<'t>(code: &[Token<'t>], after: usize) -> Vec<Token<'t>> {
    if code.get(after).is_none_or(|sign| sign.text != "::") {
        return vec![];
    }
    let rest = &code[after + 1..];
    if rest.first().is_none_or(|first| first.text != "{") {
        return rest.first().copied().into_iter().collect();
    }
    let (mut depth, mut found, mut expects) = (0, vec![], false);
    for token in rest {
        match token.text {
            "{" => (depth, expects) = (depth + 1, depth == 0),
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            "," => expects = depth == 1,
            _ if expects => {
                found.push(*token);
                expects = false;
            }
            _ => {}
        }
    }
    found
}

/// Counts the modules written inside a file that are open at a place.
#[derive(Default)]
struct InlineModules {
    braces: usize,
    /// Braces that were open where each began.
    open: Vec<usize>,
}

impl InlineModules {
    /// Takes in the first of `code`, which is at or before each place asked about.
    fn meet(&mut self, code: &[Token]) {
        match code[0].text {
            "mod" if code.get(2).is_some_and(|third| third.text == "{") => self.open.push(self.braces),
            "{" => self.braces += 1,
            "}" => {
                self.braces = self.braces.saturating_sub(1);
                if self.open.last() == Some(&self.braces) {
                    self.open.pop();
                }
            }
            _ => {}
        }
    }
}

/// What goes in or out, and by which rooms alone.
fn doors(report: &mut Report, room: &str, code: &[Token]) {
    for (at, token) in code.iter().enumerate() {
        let before = if at == 0 { "" } else { code[at - 1].text };
        let after = code.get(at + 1).map_or("", |next| next.text);
        let Some((rule, rooms)) = door(before, token.text, after) else { continue };
        if !rooms.contains(&room) {
            let message = format!("`{}` in `{room}`; only {} may", token.text, rooms.join(" and "));
            report.add(token.line, rule, message);
        }
    }
}

/// The rule that a word falls under where it stands, and the rooms that may use it.
fn door(before: &str, word: &str, after: &str) -> Option<(&'static str, &'static [&'static str])> {
    let path = before == "::" || after == "::";
    let called = after == "(";
    match word {
        "fs" | "OpenOptions" | "tempfile" | "atomic_write_file" | "etcetera" => Some(("disk", &["library"])),
        "File" if after == "::" => Some(("disk", &["library"])),
        "exists" | "try_exists" | "is_dir" | "is_file" | "canonicalize" | "symlink_metadata"
            if before == "." =>
        {
            Some(("disk", &["library"]))
        }
        "print" | "println" | "eprint" | "eprintln" if after == "!" => Some(("prints", &["cli"])),
        "stdout" | "stderr" | "stdin" if called => Some(("prints", &["cli"])),
        "Instant" | "SystemTime" | "UNIX_EPOCH" => Some(("clock", &["app", "cli"])),
        "thread" if path => Some(("threads", &["library", "app", "cli"])),
        // Runs are graded side by side, and their results gathered in the order of the runs.
        "rayon" => Some(("threads", &["exercise", "app", "cli"])),
        "env" if path => Some(("environment", &["library", "cli", "main"])),
        "process" if path => Some(("environment", &["cli", "main"])),
        "TcpStream" | "TcpListener" | "UdpSocket" | "ToSocketAddrs" => Some(("network", &[])),
        "cfg" if after == "(" => None,
        "feature" if before == "(" && after == "=" => Some(("feature", &["lib", "report", "cli", "app"])),
        _ => None,
    }
}
