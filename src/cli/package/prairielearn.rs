//! A question of PrairieLearn with an external grader (prairielearn.readthedocs.io, "External grading"): the folder of the question,
//! and the folder from which the image of its grader is built.

use serde_json::{Value, json};
use uuid::Uuid;

use super::parcel::Parcel;
use crate::library::archive::Packed;
use crate::report::escape::markup;

const DOCKERFILE: &str = include_str!("../../../assets/package/prairielearn/Dockerfile");
const GRADE: &str = include_str!("../../../assets/package/prairielearn/grade.sh");

/// Seconds after which PrairieLearn ends a grading; it takes at most 600.
const TIMEOUT_S: u32 = 300;

pub(super) fn files(parcel: &Parcel) -> Vec<Packed> {
    let question = format!("questions/rollout-lab/{}/", parcel.id);
    let info = serde_json::to_string_pretty(&info(parcel)).expect("plain data becomes JSON") + "\n";
    let own = [
        Packed::text("grader/Dockerfile", &DOCKERFILE.replace("@IMAGE@", &parcel.image)),
        Packed::program("grader/grade.sh", parcel.script(GRADE).as_bytes()),
        Packed::program("grader/rollout-lab", &parcel.binary),
        Packed::text(format!("{question}info.json"), &info),
        Packed::text(format!("{question}question.html"), &page(parcel)),
        Packed::text(format!("{question}plan.ron"), &parcel.starter),
    ];
    let tests: Vec<Packed> = parcel.exercise_in(&format!("{question}tests/")).collect();
    own.into_iter().chain(tests).collect()
}

/// The question's `info.json`. Its id follows from the exercise, so that packing again is the same question.
fn info(parcel: &Parcel) -> Value {
    let name = format!("https://rollout-lab.invalid/exercises/{}", parcel.id);
    json!({
        "uuid": Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string(),
        "type": "v3",
        "title": parcel.title,
        "topic": "Deployment",
        "tags": ["rollout-lab"],
        "gradingMethod": "External",
        // With a key each variant has seeds of its own.
        "singleVariant": parcel.key.is_none(),
        "externalGradingOptions": {
            "enabled": true,
            "image": parcel.image,
            "entrypoint": "/opt/rollout-lab/grade.sh",
            "timeout": TIMEOUT_S,
            "enableNetworking": false,
        },
    })
}

/// The question: the brief, an editor that begins with the starter, and the results. PrairieLearn fills gaps in double braces
/// before it reads the page, so there may be none in the brief.
fn page(parcel: &Parcel) -> String {
    let brief = parcel.brief.replace("{{", "{ {").replace("}}", "} }");
    // PrairieLearn reads the text of `markdown` as it stands; only an end of it could break out.
    let brief = brief.replace("</markdown", &markup("</markdown"));
    format!(
        "<pl-question-panel>\n<markdown>\n{}\n</markdown>\n</pl-question-panel>\n\
         <pl-file-editor file-name=\"plan.ron\" source-file-name=\"plan.ron\" ace-mode=\"ace/mode/text\"></pl-file-editor>\n\
         <pl-submission-panel>\n<pl-external-grader-results></pl-external-grader-results>\n\
         <pl-file-preview></pl-file-preview>\n</pl-submission-panel>\n<!-- exercise {} -->\n",
        brief.trim_end(),
        parcel.hash
    )
}
