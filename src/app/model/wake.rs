//! Wakes a window that rests, when something has happened in the background; and how often a window is to be drawn.

use std::fmt;
use std::sync::Arc;

/// Wakes the window; without one it does nothing.
#[derive(Clone, Default)]
pub struct Wake(Option<Arc<dyn Fn() + Send + Sync>>);

impl Wake {
    /// Wakes by `call`, which may come from any thread.
    pub fn new(call: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(call)))
    }

    /// Wakes the window: it is drawn once.
    pub fn call(&self) {
        if let Some(call) = &self.0 {
            call();
        }
    }
}

impl fmt::Debug for Wake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Wake" } else { "Wake(nothing)" })
    }
}

/// How often the window is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Without pause: time passes in the run.
    Moves,
    /// Now and then: something is awaited that the clock brings, such as the end of a notice.
    Soon,
    /// Only when something happens.
    Rests,
}
