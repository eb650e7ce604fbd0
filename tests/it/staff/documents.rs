//! The page for staff lists every format, and what each cannot say.

use rollout_lab::report::verdict::FORMATS;

use super::here;

const START: &str = "<!-- formats: made from the program by a test -->\n";
const END: &str = "<!-- end of formats -->\n";

#[test]
fn the_page_for_staff_lists_every_format_and_what_it_cannot_say() {
    let path = here().join("docs/staff.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut table = "| `--format` | is | cannot say |\n|---|---|---|\n".to_owned();
    for format in FORMATS {
        table.push_str(&format!("| `{}` | {} | {} |\n", format.name, format.about, format.omits));
    }
    let (before, rest) = page.split_once(START).expect("the page has the start of the table");
    let (found, after) = rest.split_once(END).expect("the page has the end of the table");
    if found != table && std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(found, table, "UPDATE=1 writes the table anew");
}
