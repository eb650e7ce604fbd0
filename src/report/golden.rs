//! Golden pages: what a page should be, as text a person can read, in `tests/golden/report`. `UPDATE=1` rewrites them.

use std::path::PathBuf;

/// Checks `page` against the golden page `name`.
pub(super) fn golden(name: &str, page: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        std::fs::write(&path, page).expect("the page can be written");
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = wanted.lines().zip(page.lines()).position(|(wanted, found)| wanted != found);
    assert!(
        wanted == page,
        "{name} differs from line {differs:?} on; UPDATE=1 rewrites it; it now is:\n{page}"
    );
}
