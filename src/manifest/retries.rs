//! Reads what the proxies in front of a service try again, and how long they wait: Istio's `retries`, the Gateway API's `retry`.

use super::cursor::At;
use super::parts::Parts;
use crate::engine::Span;
use crate::scenario::{Jitter, Retries, RetryOn};

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
    let given = at.get("retryOn");
    let on = given.as_ref().and_then(At::as_text).unwrap_or_else(|| ISTIO.to_owned());
    at.refuse_at("retryRemoteLocalities", "another try may go to any instance here");
    let after = After::of_envoy(on.split(',').map(str::trim).filter(|name| !name.is_empty()));
    if let Some(each) = each {
        parts.upstream.get_or_insert_default().timeout = Some(each);
    }
    // Envoy: the end of a try's own time counts as a reset; the end of all tries' time ends everything.
    let on_timeout = each.is_some() && after.on.reset;
    after.say(given.as_ref().unwrap_or(at), &on);
    take(parts, at, attempts, Retries { on: after.on, on_timeout, deadline: timeout, ..envoy() });
}

/// Reads the `retries` of a Canary as Flagger gives them to App Mesh (`makeRetryPolicy` of `appmesh_v1beta2.go`): one try by default, each for 250 ms,
/// after the events that App Mesh knows.
pub(super) fn app_mesh(parts: &mut Parts, at: &At<'_>, timeout: Option<Span>) {
    at.mark();
    let attempts = at.whole("attempts").filter(|attempts| *attempts > 0).unwrap_or(1);
    let each = at.span("perTryTimeout").unwrap_or(Span::from_millis(250));
    let given = at.get("retryOn");
    let named = given.as_ref().and_then(At::as_text).filter(|on| !on.is_empty());
    let on = named.unwrap_or_else(|| "gateway-error".to_owned());
    at.refuse_at("retryRemoteLocalities", "another try may go to any instance here");
    let after = After::of_app_mesh(on.split(',').map(str::trim));
    parts.upstream.get_or_insert_default().timeout = Some(each);
    // The end of a try's own time is an answer 504, which both errors of the server and of a gateway have.
    let on_timeout = after.on.unavailable;
    after.say(given.as_ref().unwrap_or(at), &on);
    take(parts, at, attempts, Retries { on: after.on, on_timeout, deadline: timeout, ..envoy() });
}

/// Reads the `retry` of a rule of the Gateway API (GEP-1731). `each` says that a try has a time of its own.
pub(super) fn gateway(parts: &mut Parts, at: &At<'_>, timeout: Option<Span>, each: bool) {
    at.mark();
    let codes: Vec<String> = at.items("codes").iter().filter_map(At::as_text).collect();
    let attempts = at.whole("attempts").unwrap_or(1);
    let base = at.span("backoff").unwrap_or(envoy().base);
    let mut after = After::of_envoy(codes.iter().map(String::as_str));
    // GEP-1731: errors of the connection are tried again wherever there is a `retry`.
    (after.on.refused, after.on.reset) = (true, true);
    if codes.is_empty() {
        at.not_applied("without `codes` its controller decides after which answers it tries again; here it does after errors of the connection");
    }
    after.say(at.get("codes").as_ref().unwrap_or(at), &codes.join(", "));
    let cap = envoy().cap.max(base);
    let retries = Retries { base, cap, on: after.on, on_timeout: each, deadline: timeout, ..envoy() };
    take(parts, at, attempts, retries);
}

/// After which failures another try follows, and what of that cannot happen here.
struct After {
    on: RetryOn,
    /// Conditions about what no instance here does.
    idle: Vec<String>,
    /// Names that the proxies do not know.
    unknown: Vec<String>,
    /// Whose names those are.
    whose: &'static str,
}

impl After {
    /// After nothing, before its conditions are read.
    fn nothing(whose: &'static str) -> Self {
        // Envoy answers "no healthy upstream" by itself, and tries nothing again.
        let on =
            RetryOn { errors: false, unavailable: false, refused: false, reset: false, no_instance: false };
        Self { on, idle: Vec::new(), unknown: Vec::new(), whose }
    }

    /// The events of App Mesh with these names (AWS App Mesh API reference, `HttpRetryPolicy`): the codes 500 to 511, 502 to 504, 409, and streams
    /// that are refused.
    fn of_app_mesh<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut after = Self::nothing("App Mesh");
        for name in names {
            match name {
                "server-error" => (after.on.errors, after.on.unavailable) = (true, true),
                "gateway-error" => after.on.unavailable = true,
                "client-error" | "stream-error" => after.idle.push(name.to_owned()),
                other => after.unknown.push(other.to_owned()),
            }
        }
        after
    }

    /// The conditions of Envoy with these names (`x-envoy-retry-on`, `x-envoy-retry-grpc-on`), and status codes.
    fn of_envoy<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut after = Self::nothing("Envoy");
        for name in names {
            let on = &mut after.on;
            match name {
                "5xx" => (on.errors, on.unavailable, on.refused, on.reset) = (true, true, true, true),
                // `RetryStateImpl::wouldRetryFromReset`: a reset counts as a 5xx for these two.
                "gateway-error" => (on.unavailable, on.refused, on.reset) = (true, true, true),
                "reset" => (on.refused, on.reset) = (true, true),
                "connect-failure" | "reset-before-request" => on.refused = true,
                "500" => on.errors = true,
                "503" => on.unavailable = true,
                "refused-stream"
                | "retriable-4xx"
                | "retriable-headers"
                | "retriable-status-codes"
                | "envoy-ratelimited"
                | "http3-post-connect-failure"
                | "cancelled"
                | "deadline-exceeded"
                | "internal"
                | "resource-exhausted"
                | "unavailable" => after.idle.push(name.to_owned()),
                code if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
                    after.idle.push(code.to_owned());
                }
                other => after.unknown.push(other.to_owned()),
            }
        }
        after
    }

    /// Says what of `listed` does not happen here, and what users see.
    fn say(&self, at: &At<'_>, listed: &str) {
        if !self.unknown.is_empty() {
            at.refuse(format!("{} knows no condition `{}`", self.whose, self.unknown.join("`, `")));
        }
        if !self.idle.is_empty() {
            at.not_applied(format!(
                "{}: no instance here fails so; it answers 500 or 503, does not take the connection, or ends",
                self.idle.join(", ")
            ));
        }
        if !self.on.errors {
            at.note(format!("an answer 500 is not tried again: `{listed}` does not have it"));
        }
    }
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
