//! Puts the shipped scenarios, exercises and texts into the binary: writes a table of their paths and texts for `library::shipped`,
//! and others for the texts of the window, for the concept cards and for the incidents that are met on duty. Gives the code a number of
//! its own sources, by which results that were kept are known to be of this very code.

#![expect(clippy::disallowed_methods, reason = "a build script is told its folders by variables")]

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    table(&root, &["scenarios", "exercises"], "shipped.rs")?;
    table(&root, &["assets/texts"], "texts.rs")?;
    table(&root, &["assets/cards"], "cards.rs")?;
    table(&root, &["assets/duty"], "duty.rs")?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=ROLLOUT_LAB_SOURCES={:016x}", sources(&root.join("src"))?);
    Ok(())
}

/// FNV-1a of all code under `folder` but the window's, in the order of its paths.
fn sources(folder: &Path) -> Result<u64, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("src/app") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "ron") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for path in paths {
        for byte in fs::read(path)?.into_iter().filter(|byte| *byte != b'\r') {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}

/// Writes the table `name` of all files in these folders, sorted by path.
fn table(root: &Path, folders: &[&str], name: &str) -> Result<(), Box<dyn Error>> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(root, folder, &mut paths)?;
    }
    paths.sort();
    let mut table = String::from("&[\n");
    for path in &paths {
        writeln!(
            table,
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),",
            format!("/{path}")
        )?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join(name), table)?;
    Ok(())
}

/// Adds the paths of all `.ron`, `.md`, `.csv` and `.yaml` files under `folder`, relative to `root`, with `/` between their parts.
fn collect(root: &Path, folder: &str, paths: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let full = root.join(folder);
    println!("cargo::rerun-if-changed={}", full.display());
    if !full.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(full)? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(root, &path, paths)?;
        } else if [".ron", ".md", ".csv", ".yaml"].iter().any(|ending| path.ends_with(ending)) {
            paths.push(path);
        }
    }
    Ok(())
}
