//! Clients that contend for one row with optimistic writes: the experiment by which AWS compared back-off rules
//! (aws-samples `aws-arch-backoff-simulator`). The clients wait as the simulator's back-off says.
//!
//! Each client reads the row's version and writes it back; the write succeeds only if nobody else wrote in between. One
//! that fails backs off and starts again, until it has written once. Messages take time, the server none.

use rollout_lab::engine::{Agenda, Chance, Span, Stream, Time};
use rollout_lab::scenario::{Jitter, Retries};
use rollout_lab::sim::dataplane::backoff;

/// What contends, and how.
#[derive(Clone, Copy, Debug)]
pub struct Contention {
    /// How many clients want to write once each.
    pub clients: u32,
    /// How they wait after a failed write; `None` starts again at once. Its `limit` is not looked at.
    pub retries: Option<Retries>,
    /// Exponent of the first wait, `base * 2^exponent` (AWS counts the failures, so 1).
    pub first_exponent: u32,
    /// Mean of a message's time in milliseconds.
    pub delay_mean_ms: f64,
    /// Its standard deviation; the time is the absolute value of what a normal law gives.
    pub delay_deviation_ms: f64,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contended {
    /// When the last client heard that it had written.
    pub completion: Span,
    /// Writes tried by all.
    pub write_calls: u64,
}

#[derive(Clone, Copy, Debug)]
enum Message {
    Read(u32),
    ReadReply(u32, u64),
    Write(u32, u64),
    WriteReply(u32, bool),
    Start(u32),
}

#[derive(Clone, Copy, Debug, Default)]
struct Client {
    failures: u32,
    wait: Span,
}

/// Runs it to the end.
pub fn contend(rules: &Contention, seed: u64) -> Contended {
    let chance = Chance::new(seed);
    let (legs, waits) = (chance.stream("contention legs", 0), chance.stream("contention waits", 0));
    let mut agenda = Agenda::default();
    let mut clients = vec![Client::default(); rules.clients as usize];
    let mut drawn = 0;
    let mut leg = |draws: Stream| {
        drawn += 1;
        let normal = rules.delay_mean_ms + rules.delay_deviation_ms * normal(draws, drawn);
        Span::from_secs_f64(normal.abs() / 1e3)
    };
    for client in 0..rules.clients {
        agenda.book(Time::ZERO, 0, Message::Start(client));
    }
    let (mut version, mut write_calls, mut completion) = (0u64, 0, Time::ZERO);
    while let Some((now, message)) = agenda.pop() {
        let (at, next) = match message {
            Message::Start(client) => (now + leg(legs), Message::Read(client)),
            Message::Read(client) => (now + leg(legs), Message::ReadReply(client, version)),
            Message::ReadReply(client, seen) => (now + leg(legs), Message::Write(client, seen)),
            Message::Write(client, seen) => {
                write_calls += 1;
                let written = seen == version;
                version += u64::from(written);
                (now + leg(legs), Message::WriteReply(client, written))
            }
            Message::WriteReply(_, true) => {
                completion = now;
                continue;
            }
            Message::WriteReply(number, false) => {
                let client = &mut clients[number as usize];
                let exponent = rules.first_exponent + client.failures;
                client.failures += 1;
                let luck = waits.unit(u64::from(number) << 32 | u64::from(client.failures));
                client.wait = rules
                    .retries
                    .map_or(Span::ZERO, |policy| backoff::wait(&policy, exponent, client.wait, luck));
                (now + client.wait, Message::Start(number))
            }
        };
        agenda.book(at, 0, next);
    }
    Contended { completion: completion.since(Time::ZERO), write_calls }
}

/// The policy of AWS's experiment with this jitter.
pub fn policy(jitter: Jitter, base: Span, cap: Span) -> Retries {
    Retries { limit: u8::MAX, base, cap, jitter, ..Retries::default() }
}

/// Draw number `index` of the standard normal law (Box and Muller 1958).
fn normal(draws: Stream, index: u64) -> f64 {
    let (first, second) = (1.0 - draws.unit(2 * index), draws.unit(2 * index + 1));
    libm::sqrt(-2.0 * libm::log(first)) * libm::cos(std::f64::consts::TAU * second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_writes_once_and_the_first_try_of_one_succeeds() {
        let rules = Contention {
            clients: 10,
            retries: None,
            first_exponent: 1,
            delay_mean_ms: 10.0,
            delay_deviation_ms: 2.0,
        };
        let one = contend(&Contention { clients: 1, ..rules }, 7);
        assert_eq!(one.write_calls, 1);
        let ten = contend(&rules, 7);
        assert!(ten.write_calls > 10 && ten.completion > one.completion);
        assert_eq!(contend(&rules, 7), ten);
    }
}
