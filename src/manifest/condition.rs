//! The conditions of an analysis, such as `result[0] >= 0.95`: what they give for an answer, as Argo Rollouts evaluates them, and for
//! which values of a metric they hold.

mod expression;
mod range;
mod token;
mod value;

pub use range::{Kept, kept};
pub use value::Value;

use expression::Expr;
use value::{Asked, Wrong, value};

/// A condition that can be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Expr);

/// What one measurement comes to (Argo Rollouts, `EvaluateResult`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It passed.
    Successful,
    /// It failed.
    Failed,
    /// It is neither good nor bad.
    Inconclusive,
    /// A condition could not be evaluated.
    Error,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > 1_000 {
            return Err("the condition is longer than 1,000 bytes".to_owned());
        }
        expression::parse(text).map(Self).map_err(|why| {
            let shown: String = text.chars().take(60).collect();
            format!("`{shown}` cannot be read as a condition: {why}")
        })
    }

    /// Whether it holds for this answer.
    ///
    /// # Errors
    /// Why it gives neither true nor false.
    pub fn holds(&self, result: &Value) -> Result<bool, String> {
        match value(&self.0, Asked { result, element: None }) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err("it gives neither true nor false".to_owned()),
            Err(Wrong::Type(why) | Wrong::Answer(why)) => Err(why),
        }
    }

    /// Whether it asks for answers that are no number.
    pub(super) fn asks_for_nan(&self) -> bool {
        range::any(&self.0, &|expr| matches!(expr, Expr::Call(expression::Function::IsNan, _)))
    }
}

/// What a measurement with this answer comes to. Without a success condition it is good where it is not bad, and without a failure
/// condition bad where it is not good; without both it is good.
pub fn phase(result: &Value, success: Option<&Condition>, failure: Option<&Condition>) -> Phase {
    let holds =
        |condition: Option<&Condition>| condition.map(|condition| condition.holds(result)).transpose();
    let (Ok(good), Ok(bad)) = (holds(success), holds(failure)) else { return Phase::Error };
    match (good, bad) {
        (_, Some(true)) | (Some(false), None) => Phase::Failed,
        (Some(true), _) | (None, _) => Phase::Successful,
        (Some(false), Some(false)) => Phase::Inconclusive,
    }
}

#[cfg(test)]
mod tests;
