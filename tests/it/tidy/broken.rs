//! Each rule, shown to fail on an example that breaks it, and to leave a near miss alone.

use super::rules::{MAX_LINES, findings, rooms_of};
use super::unused::{unused_items, unwalked_lists};

/// Line and rule of everything found in a file of code with a proper opening.
fn found(path: &str, body: &str) -> Vec<(usize, &'static str)> {
    let rooms = ["engine", "scenario", "sim", "library", "cli"].map(str::to_owned);
    findings(&rooms, path, &format!("//! Opens.\n{body}")).iter().map(|it| (it.line, it.rule)).collect()
}

#[track_caller]
fn breaks(rule: &'static str, path: &str, body: &str) {
    assert_eq!(found(path, body), [(2, rule)], "{path}: {body}");
}

#[track_caller]
fn keeps(path: &str, body: &str) {
    assert_eq!(found(path, body), [], "{path}: {body}");
}

#[test]
fn an_upward_import_is_found_however_it_is_written() {
    let rule = "upward-import";
    breaks(rule, "src/scenario/load.rs", "use crate::sim::World;");
    breaks(rule, "src/scenario.rs", "use crate::{engine::Time, sim::{World, engine}};");
    breaks(rule, "src/scenario.rs", "fn f() { crate::library::load() }");
    breaks(rule, "src/engine.rs", "use super::sim::World;");
    breaks(rule, "src/engine/time.rs", "use super::super::sim::World;");
    breaks(rule, "src/engine/time.rs", "mod tests { use super::super::super::sim::World; }");
    breaks(rule, "src/main.rs", "fn main() { rollout_lab::sim::run() }");
    let rooms = ["engine", "sim"].map(str::to_owned);
    let message = findings(&rooms, "src/engine.rs", "//! Opens.\nuse crate::sim::World;\n");
    assert_eq!(
        message[0].to_string(),
        "src/engine.rs:2: upward-import: `engine` may not know `sim`, which comes after it in lib.rs"
    );
}

#[test]
fn a_downward_import_is_none_of_our_business() {
    keeps("src/sim/world.rs", "use crate::{engine::{Time, sim}, scenario::Load};\nuse crate::sim::Cause;");
    keeps("src/engine/time.rs", "use super::sim::World;\nmod tests { use super::super::sim; }");
    keeps("src/engine/time.rs", "mod a { }\n// use crate::sim;\nconst S: &str = \"crate::sim::X\";");
    keeps("src/main.rs", "fn main() { rollout_lab::cli::run() }");
}

#[test]
fn the_model_of_the_window_knows_neither_what_changes_it_nor_what_draws_it() {
    // The rooms of these examples lack `app`, so the rule on rooms says nothing of it.
    let rule = "app-folder";
    breaks(rule, "src/app/model/lab.rs", "use crate::app::view::theme;");
    breaks(rule, "src/app/model/lab.rs", "use crate::app::{model::Lab, update::apply};");
    breaks(rule, "src/app/model.rs", "fn f() { crate::app::update::apply() }");
    breaks(rule, "src/app/model/lab.rs", "use super::super::view::theme;");
    breaks(rule, "src/app/update/files.rs", "use crate::app::view::panels;");
    breaks(rule, "src/app/view/panels.rs", "use crate::app::update::apply;");
    keeps("src/app/view/panels/bar.rs", "use crate::app::model::Lab;\nuse super::super::theme;");
    keeps("src/app/update/files.rs", "use crate::app::model::Lab;\nuse super::plan;");
    keeps("src/app/window.rs", "use crate::app::view::panels;\nuse crate::app::update::apply;");
}

#[test]
fn only_library_touches_the_disk() {
    for body in [
        "use std::fs;",
        "use std::{fmt, fs};",
        "fn f() { File::open(path) }",
        "use std::io::{OpenOptions};",
        "fn f() -> bool { path.is_dir() }",
    ] {
        breaks("disk", "src/sim/world.rs", body);
        breaks("disk", "src/cli.rs", body);
        keeps("src/library/disk.rs", body);
    }
    keeps("src/sim.rs", "struct File { offset: u32 }");
}

#[test]
fn only_cli_prints_and_reads_the_clock() {
    for body in ["fn f() { println!(\"x\") }", "fn f() { eprint!(\"x\") }", "fn f() { io::stdout() }"] {
        breaks("prints", "src/library.rs", body);
        keeps("src/cli/run.rs", body);
    }
    breaks("clock", "src/library.rs", "use std::time::Instant;");
    breaks("clock", "src/sim.rs", "fn f() { SystemTime::now() }");
    keeps("src/cli/bench.rs", "use std::time::Instant;");
}

#[test]
fn what_is_computed_knows_no_threads_environment_or_network() {
    breaks("threads", "src/sim.rs", "fn f() { thread::sleep(pause) }");
    breaks("threads", "src/sim.rs", "use rayon::prelude::*;");
    breaks("environment", "src/sim.rs", "use std::env;");
    breaks("environment", "src/library.rs", "fn f() { process::exit(1) }");
    breaks("network", "src/cli.rs", "use std::net::TcpStream;");
    breaks("feature", "src/sim.rs", "#[cfg(feature = \"app\")]");
    keeps("src/cli.rs", "#[cfg(feature = \"app\")]\nuse rayon::prelude::*;");
    keeps("src/sim.rs", "const FOLDER: &str = env!(\"OUT_DIR\");");
}

#[test]
fn a_name_says_what_a_thing_is() {
    for path in ["src/sim/utils.rs", "src/misc/time.rs", "tests/it/helpers.rs", "src/sim/mod.rs"] {
        assert_eq!(found(path, ""), [(1, "name")], "{path}");
    }
    breaks("name", "src/sim.rs", "struct FleetManager;");
    breaks("name", "src/sim.rs", "impl A { fn get_size(&self) {} }");
    keeps("src/sim.rs", "struct Management;\nfn get(self) { map.get_mut(0) }");
}

#[test]
fn nothing_is_left_for_later_or_switched_off() {
    breaks("unfinished", "src/sim.rs", "fn f() { todo!() }");
    breaks("unfinished", "benches/b.rs", "fn f() { unimplemented!(\"later\") }");
    breaks("unfinished", "src/cli.rs", "fn f() { dbg!(1) }");
    breaks("unfinished", "tests/it/a.rs", "#[ignore]");
    breaks("unfinished", "tests/it/a.rs", "#[ignore = \"slow\"]");
    breaks("silenced", "src/sim.rs", "#[allow(dead_code)]");
    breaks("silenced", "src/sim.rs", "#![allow(dead_code)]");
    breaks("silenced", "src/sim.rs", "#[expect(dead_code)]");
    breaks("unsafe", "src/sim.rs", concat!("fn f() { ", "unsafe", " { g() } }"));
    keeps(
        "src/sim.rs",
        "#[expect(dead_code, reason = \"used by a test\")]\nfn ignore() { x.expect(\"it\") }",
    );
    keeps("src/sim.rs", "#![forbid(unsafe_code)]\n// todo!() dbg!() unsafe");
}

#[test]
fn a_file_says_what_it_is_for_and_is_not_too_long() {
    let rule = |text: &str| {
        let found = findings(&[], "benches/b.rs", text);
        found.iter().map(|it| (it.line, it.rule)).collect::<Vec<_>>()
    };
    assert_eq!(rule("// Opens.\n"), [(1, "opening")]);
    assert_eq!(rule("use std::fmt;\n\n//! Too late.\n"), [(1, "opening")]);
    let long = format!("//! Opens.\n{}", "// line\n".repeat(MAX_LINES));
    assert_eq!(rule(&long), [(MAX_LINES + 1, "length")]);
    assert_eq!(rule(long.strip_suffix("// line\n").unwrap()), []);
}

#[test]
fn no_text_names_a_place_on_one_machine() {
    for folder in ["work", "tmp", "root", "home"] {
        let text = format!("see\n/{folder}/notes.md");
        let found = findings(&[], "README.md", &text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].line, found[0].rule), (2, "machine-path"));
        assert_eq!(findings(&[], "README.md", &format!("see pages/{folder}/notes.md")), []);
    }
}

#[test]
fn the_rooms_are_read_from_the_map() {
    let lib = "//! The rooms.\n//!\n//! 1. [`engine`]: time.\n//!    More of it.\n//! 2. [`sim`]: moves.\n//! - [`x`]\n";
    assert_eq!(rooms_of(lib), ["engine", "sim"]);
}

fn files(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_public_item_that_only_tests_name_is_found() {
    let unused = |of: &[(&str, &str)]| unused_items(&files(of));
    let used = ("src/cli.rs", "fn f() { lonely() }");
    let lonely = ("src/sim.rs", "pub fn lonely() { lonely() }\n");
    assert_eq!(
        unused(&[lonely, ("tests/it/a.rs", "lonely()")]),
        ["src/sim.rs:1: unused: `lonely` is public, and only tests name it"]
    );
    assert!(unused(&[lonely, used]).is_empty());
    for only_tests in [
        ("src/cli.rs", "#[cfg(test)]\nmod tests { fn f() { lonely() } }"),
        ("src/cli.rs", "pub use crate::sim::lonely;"),
        ("src/cli.rs", "// lonely()\nconst S: &str = \"lonely\";"),
        ("src/cli.rs", "pub fn dead() { lonely() }"),
    ] {
        assert!(!unused(&[lonely, only_tests]).is_empty(), "{only_tests:?}");
    }
    let in_test_module =
        [("src/sim.rs", "#[cfg(test)]\nmod fake;"), ("src/sim/fake.rs", "pub fn lonely() {}")];
    assert!(unused(&in_test_module).is_empty());
    let own = ("src/sim.rs", "pub struct Own;\nimpl Own { fn new() -> Own { Own } }");
    assert_eq!(unused(&[own]).len(), 1);
    assert_eq!(unused(&[("src/sim.rs", "pub const LONELY: [u8; 2] = [1, 2];")]).len(), 1);
    assert_eq!(unused(&[("src/sim.rs", "struct S; impl S { pub const fn lonely(&self) {} }")]).len(), 1);
    let by_serde = "pub fn four() -> u8 { 4 }\nstruct S { #[serde(default = \"four\")] a: u8 }";
    assert!(unused(&[("src/sim.rs", by_serde)]).is_empty());
}

#[test]
fn a_list_that_no_test_walks_is_found() {
    let list = ("src/sim.rs", "impl Kind { pub const ALL: [Self; 2] = [Self::A, Self::B]; }");
    let derived = ("src/sim.rs", "#[derive(Clone, EnumIter)]\npub enum Kind { A }");
    let walks = ("tests/it/a.rs", "for kind in Kind::ALL {}");
    let iterates = ("src/sim/kind.rs", "#[cfg(test)]\nmod tests { fn f() { Kind::iter() } }");
    let found = |of: &[(&str, &str)]| unwalked_lists(&files(of)).len();
    assert_eq!((found(&[list]), found(&[derived])), (1, 1));
    assert_eq!((found(&[list, walks]), found(&[derived, iterates])), (0, 0));
    assert_eq!(found(&[list, ("src/cli.rs", "for kind in Kind::ALL {}")]), 1);
    assert_eq!(found(&[("src/sim.rs", "impl Share { pub const ALL: Self = Self(1.0); }")]), 0);
}

#[test]
fn a_struct_of_many_fields_says_why() {
    let fields = |count: usize| (0..count).map(|at| format!("f{at}: Vec<(u8, a::B)>, ")).collect::<String>();
    breaks("wide", "src/sim/world.rs", &format!("struct Wide {{ {} }}", fields(21)));
    keeps("src/sim/world.rs", &format!("struct Wide {{ {} }}", fields(20)));
    let reason = "/// It has more than twenty fields since\n/// a file names them.\n#[derive(Clone)]";
    keeps("src/sim/world.rs", &format!("{reason}\nstruct Wide {{ {} }}", fields(21)));
    keeps(
        "src/sim/world.rs",
        &format!("struct One(u8);\nfn f() {{ let many = Many {{ {} }}; }}", fields(30)),
    );
}
