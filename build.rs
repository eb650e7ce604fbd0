//! Puts the shipped scenarios, exercises and texts into the binary: writes a table of their paths and texts for `library::shipped`,
//! and others for the texts of the window and for the concept cards.

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
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
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
