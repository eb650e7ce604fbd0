//! A progress bar for long work, shown when standard error is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use super::output::{Output, is_watched};

/// A bar over `length` steps of `what`; hidden when standard error is not a terminal.
pub(super) fn bar(output: Output, length: u64, what: &str) -> ProgressBar {
    if !is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    let template = "{msg} {bar:40} {pos} of {len}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars(output.style.pick("█▉▊▋▌▍▎▏ ", "#. ")));
    }
    bar.set_message(what.to_owned());
    bar
}
