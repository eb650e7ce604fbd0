//! Kayenta's judge (`NetflixACAJudge`): each metric of the candidate is compared with the control's by a rank test, the
//! metrics of a group make its score, and the groups' weights make the score of the release.
//!
//! Source: Kayenta's `MannWhitneyClassifier`, `MeanInequalityClassifier` and `WeightedSumScorer`, whose own test cases
//! are the conformance sets `kayenta_judge_classifier`, `kayenta_judge_scorer` and `kayenta_judge_stats`.

pub mod classify;
mod look;
pub mod score;
pub(super) mod spec;

pub use classify::{
    Classification, Classifier, Direction, Effect, Label, NanStrategy, Thresholds, classify, prepare,
};
pub use score::{Graded, GroupScore, Score, score};
pub use spec::{JudgedMetric, Kayenta};
