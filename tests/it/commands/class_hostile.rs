//! `class` with two hundred hand-ins that mean harm: each is a row with its reason, and the class goes on.

use std::fs;
use std::path::Path;

use super::class_kept::class;
use super::json;

/// Writes two hundred hostile hand-ins of twenty kinds, ten sizes each, and gives their number.
fn hostile(folder: &Path, solution: &str) -> usize {
    let with = |strategy: &str| format!("(format: 1, strategy: {strategy})");
    let canary = |step: &str| with(&format!("Canary(steps: [{step}])"));
    let session = |action: &str| {
        format!(
            "(format: 1, scenario: \"stand\", case: (name: \"\", release: \"v2\", faults: [], traffic: None), seed: 1, \
             plan: {solution}, actions: [(at: \"1s\", action: {action})])"
        )
    };
    let plan = solution.trim_start_matches(|c| c != '(');
    let kinds: [&dyn Fn(u32) -> Vec<u8>; 20] = [
        &|size| "(".repeat(1 << (size + 4)).into_bytes(),
        &|size| "[".repeat(1 << (size + 4)).into_bytes(),
        &|size| vec![0; 1 << (size + 10)],
        &|size| vec![0xff - size as u8; 1 << size],
        &|size| " ".repeat(262_140 + size as usize).into_bytes(),
        &|size| format!("(format: 1 \"\u{1b}]0;{size}\u{7}\u{1b}[2J\", strategy: Nothing)").into_bytes(),
        &|size| format!("(format: 1, title: \"\u{202e}{size}<script>\", stratgy: Nothing)").into_bytes(),
        &|size| canary(&format!("Weight(\"{size}e308%\")")).into_bytes(),
        &|size| canary(&"Weight(\"110%\"), ".repeat(1 << (size + 3))).into_bytes(),
        &|size| canary(&format!("Pause(\"{}s\")", u64::MAX - u64::from(size))).into_bytes(),
        &|size| with(&format!("Rolling(max_surge: Count({}))", u32::MAX - size)).into_bytes(),
        &|size| {
            let check = "(name: \"e\", query: (metric: ErrorRatio, of: Candidate, over: \"1m\"), pass: AtMost(0.1), interval: \"1s\")";
            let checks = vec![check; 1 << size].join(", ");
            canary(&format!("Weight(\"10%\"), Analyse(for: \"{}h\", checks: [{checks}])", 1u64 << (size + 5)))
                .into_bytes()
        },
        &|size| session(&format!("Scale(pool: Candidate, to: {})", u32::MAX - size)).into_bytes(),
        &|size| session(&format!("Resize(to: {})", u32::MAX - size)).into_bytes(),
        &|size| session(&format!("Inject(fault: \"{}\")", "x".repeat(1 << size))).into_bytes(),
        &|size| format!("(format: {}, strategy: Nothing)", 1u64 << (size + 2)).into_bytes(),
        &|size| format!("a: &a [{}]\n", "*a, ".repeat(1 << size)).into_bytes(),
        &|size| {
            format!("(format: 1, strategy: Nothing, retries: (attempts: {}))", u32::MAX - size).into_bytes()
        },
        &|size| plan.as_bytes()[..plan.len() - 2 - size as usize].to_vec(),
        &|size| plan.replace("Weight(\"", &format!("Weight(\"-{size}")).into_bytes(),
    ];
    for (kind, make) in kinds.iter().enumerate() {
        for size in 0..10 {
            fs::write(folder.join(format!("=k{kind}'\"<b>-{size}.ron")), make(size)).unwrap();
        }
    }
    10 * kinds.len()
}

#[test]
fn two_hundred_hostile_hand_ins_are_rows_and_harm_nobody() {
    let folder = class();
    let here = folder.path();
    let hand_ins = here.join("hand-ins");
    fs::remove_dir_all(&hand_ins).unwrap();
    fs::create_dir(&hand_ins).unwrap();
    let solution = fs::read_to_string(here.join("proof/solution.ron")).unwrap();
    let count = hostile(&hand_ins, &solution);
    fs::write(hand_ins.join("zoe.ron"), &solution).unwrap();
    let class = json(
        here,
        "class proof hand-ins --format json --csv grades.csv --out reports --staff staff.html --work work",
        1,
    );
    let rows = class["hand_ins"].as_array().unwrap();
    assert_eq!(rows.len(), count + 1);
    for row in &rows[..count] {
        assert_eq!(row["error_kind"], "hand_in", "{row}");
        let said = row["error"].as_str().unwrap();
        assert!(said.len() > 20 && !said.chars().any(|c| c.is_control() || c == '\u{202e}'), "{said:?}");
    }
    assert_eq!(rows[count]["passed"], true, "the honest one is graded: {}", rows[count]);
    let table = fs::read_to_string(here.join("grades.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    for row in reader.records() {
        assert!(row.unwrap().iter().all(|cell| !cell.starts_with(['=', '+', '@'])));
    }
    for page in [here.join("staff.html"), here.join("reports/zoe.html")] {
        let page = fs::read_to_string(page).unwrap();
        assert!(!page.contains("<script") && !page.contains("<b>"));
    }
}
