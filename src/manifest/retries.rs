//! Reads what the proxies in front of a service try again, and how long they wait: Istio's `retries`, the Gateway API's `retry`.

use super::cursor::At;
use super::parts::Parts;
use crate::engine::Span;
use crate::scenario::{Jitter, Retries};

/// What is said of retries that are read: they are those of callers, of which a plan says nothing.
const OF_CALLERS: &str = "a scenario says in `clients.retries` what is tried again for its users, and no plan changes it; a rehearsal takes it over";

/// The most tries after the first that a scenario may have.
const MOST: u32 = 10;

/// Istio's conditions of a route that names none (`networking/core/route/retry`, default policy).
const ISTIO: &str = "connect-failure,refused-stream,unavailable,cancelled,503";

/// Reads Istio's `retries`, which Flagger passes on, beside the `timeout` of all tries together.
pub(super) fn istio(parts: &mut Parts, at: &At<'_>, timeout: Option<Span>) {
    at.mark();
    let attempts = at.whole("attempts").unwrap_or(2);
    let each = at.span("perTryTimeout");
    let on = at.text("retryOn").unwrap_or_else(|| ISTIO.to_owned());
    at.refuse_at("retryRemoteLocalities", "another try may go to any instance here");
    let names: Vec<&str> = on.split(',').map(str::trim).collect();
    let any = names.contains(&"5xx");
    if !any && !names.contains(&"500") {
        at.refuse(format!(
            "users see failures here which upstream a second try hides: it tries again after `{on}` alone, and here a failure is an answer 500 \
             or none at all"
        ));
        return;
    }
    if let Some(each) = each {
        parts.upstream.get_or_insert_default().timeout = Some(each);
    }
    take(parts, at, attempts, Retries { on_timeout: any, deadline: timeout, ..envoy() });
}

/// Reads the `retry` of a rule of the Gateway API (GEP-1731).
pub(super) fn gateway(parts: &mut Parts, at: &At<'_>, timeout: Option<Span>) {
    at.mark();
    let codes: Vec<String> = at.items("codes").iter().filter_map(At::as_text).collect();
    let attempts = at.whole("attempts").unwrap_or(1);
    let base = at.span("backoff").unwrap_or(envoy().base);
    if !codes.iter().any(|code| code == "500") {
        at.refuse(format!(
            "users see failures here which upstream a second try hides: it tries again after {} alone, and here a failure is an answer 500",
            if codes.is_empty() { "what its controller decides".to_owned() } else { codes.join(", ") }
        ));
        return;
    }
    let retries =
        Retries { base, cap: envoy().cap.max(base), on_timeout: false, deadline: timeout, ..envoy() };
    take(parts, at, attempts, retries);
}

/// Envoy's back-off: 25 ms, fully jittered, at most ten times that (`retry_back_off`).
fn envoy() -> Retries {
    Retries {
        base: Span::from_millis(25),
        cap: Span::from_millis(250),
        jitter: Jitter::Envoy,
        ..Retries::default()
    }
}

fn take(parts: &mut Parts, at: &At<'_>, attempts: u32, retries: Retries) {
    if attempts > MOST {
        at.not_applied(format!("{MOST} tries follow the first at most"));
    }
    at.note(OF_CALLERS);
    parts.retries = (attempts > 0).then_some(Retries { limit: attempts.min(MOST) as u8, ..retries });
}
