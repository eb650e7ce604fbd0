//! Flags are evaluated for a request, and a change reaches the clients that evaluate them.

use super::{FlagClient, Flagging};
use crate::engine::{Share, Span, Stream, Time};
use crate::flags::hash::BASIS_POINTS;
use crate::scenario::{AfterRestart, FlagService, Propagation};
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;

/// What the draws of one client of the flag service are for.
/// Its rank among those that may be disconnected.
const RANK: u64 = 0;
/// When it first polls.
const POLL: u64 = 1;
/// How late an update that is pushed reaches it, by time.
const PUSH: u64 = 2;

impl Simulation {
    /// The flags that are on for a request when it enters, one bit each: evaluated once, and kept while it lives.
    #[inline(never)]
    pub(in crate::sim) fn flags_on(&self, user: u32, cohort: u8, luck: u64) -> u8 {
        let draws = Stream::from_key(luck);
        let known = if self.flagging.clients.is_empty() {
            let proxies = &self.routing.proxies[usize::from(self.world.target)];
            &proxies[draws.below(crate::sim::proxy::draw::PROXY, proxies.len() as u64) as usize].flags
        } else {
            let clients = &self.flagging.clients;
            &clients[draws.below(crate::sim::proxy::draw::FLAG_CLIENT, clients.len() as u64) as usize].known
        };
        let plans = &self.world.flags.plans;
        let mut on = 0u8;
        for (flag, plan) in plans.iter().enumerate() {
            let share = u32::from(known[flag]);
            let is_on = share > 0
                && plan.cohorts >> (cohort & 63) & 1 == 1
                && (share >= BASIS_POINTS || plan.bucket(user, luck, self.now) <= share);
            on |= u8::from(is_on) << flag;
        }
        if self.world.flags.require { self.with_parents(on) } else { on }
    }

    /// Of the flags that are `on`, those whose parents are: a flag whose parent is off is off, and so, then, are its
    /// children.
    fn with_parents(&self, mut on: u8) -> u8 {
        let plans = &self.world.flags.plans;
        for _ in plans {
            for (flag, plan) in plans.iter().enumerate() {
                if on & plan.requires != plan.requires {
                    on &= !(1 << flag);
                }
            }
        }
        on
    }

    /// Starts the clients of the flag service; all know the flags that the plan starts with.
    pub(in crate::sim) fn start_flag_clients(&mut self, flags: &[(String, Share)]) {
        let mut shipped = [0; 8];
        for (name, share) in flags {
            if let Some(flag) = self.world.flags.names.iter().position(|known| known == name) {
                shipped[flag] = share.basis_points().min(BASIS_POINTS) as u16;
            }
        }
        for proxy in &mut self.routing.proxies[usize::from(self.world.target)] {
            proxy.flags = shipped;
        }
        let ever_on = shipped.iter().any(|buckets| *buckets > 0);
        self.flagging = Flagging { state: shipped, shipped, version: 1, ever_on, ..Flagging::default() };
        let world = self.world.clone();
        let Some(service) = &world.scenario.flag_service else { return };
        if world.flags.names.is_empty() {
            return;
        }
        // Which clients are disconnected, and when each polls, is drawn; the disconnected ones have the lowest draws.
        let mut by_draw: Vec<(u64, u16)> = (0..service.clients)
            .map(|client| (self.draws.flag.child(u64::from(client)).bits(RANK), client))
            .collect();
        by_draw.sort();
        self.flagging.deaf =
            by_draw.iter().take(usize::from(service.deaf())).map(|(_, client)| *client).collect();
        self.flagging.deaf.sort();
        for client in 0..service.clients {
            let beat = match service.propagation {
                Propagation::Poll { every, .. } => {
                    every.scaled(self.draws.flag.child(u64::from(client)).unit(POLL))
                }
                Propagation::Stream { .. } => Span::ZERO,
            };
            let deaf = self.flagging.deaf.contains(&client);
            self.flagging.clients.push(FlagClient { known: shipped, version: 1, beat, deaf });
        }
    }

    /// Turns a flag on for a share of users.
    pub(in crate::sim) fn flag(&mut self, name: &str, share: Share, because: &str) {
        let Some(flag) = self.world.flags.names.iter().position(|known| known == name) else {
            let known = self.world.flags.names.join(", ");
            let text = format!("there is no flag {name}; known flags: {known}");
            return self.note(What::Refused(text), because);
        };
        self.note(What::Flagged { name: name.to_owned(), share }, because);
        let buckets = share.basis_points().min(BASIS_POINTS) as u16;
        self.flagging.state[flag] = buckets;
        self.flagging.ever_on |= buckets > 0;
        self.flagging.version += 1;
        if self.flagging.clients.is_empty() {
            let change = self.routing.flag_changes.len() as u16;
            self.routing.flag_changes.push((flag as u8, buckets));
            let about = format!("flag {name}");
            return self.update_proxies(&about, |proxy| Event::TakeFlag { proxy, change });
        }
        if !self.disconnected_clients().is_empty() {
            let deaf: Vec<String> = self.disconnected_clients().iter().map(ToString::to_string).collect();
            let text =
                format!("flag {name}: clients {} are disconnected and keep what they know", deaf.join(", "));
            self.note(What::Judged(text), "");
        }
        self.update_flag_clients();
    }

    /// Updates every connected client, each at its own time.
    pub(in crate::sim) fn update_flag_clients(&mut self) {
        let world = self.world.clone();
        let Some(service) = &world.scenario.flag_service else { return };
        for client in 0..self.flagging.clients.len() as u16 {
            if !self.flagging.clients[usize::from(client)].deaf {
                let at = self.next_word(service, client);
                self.agenda.book(at, class::LEARN, Event::FetchFlags { client });
            }
        }
    }

    /// When a client next gets the flags: at the end of the fetch of its next poll, or when the push arrives.
    fn next_word(&self, service: &FlagService, client: u16) -> Time {
        match &service.propagation {
            Propagation::Poll { every, fetch } => {
                let beat = self.flagging.clients[usize::from(client)].beat;
                let first = Time::ZERO + beat;
                let polls = if self.now < first { 0 } else { self.now.since(first).0 / every.0.max(1) + 1 };
                first + *every * polls + *fetch
            }
            Propagation::Stream { lag } => {
                let pushes = self.draws.flag.child(u64::from(client)).child(PUSH);
                self.now + lag.sampler().at(pushes.bits(self.now.0))
            }
        }
    }

    /// A client has fetched the flags, unless the service is down; clients are updated again when it is back.
    pub(in crate::sim) fn fetch_flags(&mut self, client: u16) {
        if self.flagging.down {
            return;
        }
        let (state, version) = (self.flagging.state, self.flagging.version);
        let client = &mut self.flagging.clients[usize::from(client)];
        client.known = state;
        client.version = version;
    }

    /// An instance of the entry service restarted, and with it its client.
    pub(in crate::sim) fn restart_flag_client(&mut self, instance: u32) {
        let count = self.flagging.clients.len() as u32;
        let world = self.world.clone();
        let Some(service) = world.scenario.flag_service.as_ref().filter(|_| count > 0) else { return };
        // Each pool's instances come with the clients in turn.
        let number = (self.cluster.status[instance as usize].ordinal % count) as u16;
        let shipped = self.flagging.shipped;
        let client = &mut self.flagging.clients[usize::from(number)];
        client.version = 0;
        client.known = match service.after_restart {
            AfterRestart::Bootstrap => shipped,
            AfterRestart::CodeDefault => [0; 8],
        };
        if client.deaf {
            return;
        }
        let at = match &service.propagation {
            Propagation::Poll { fetch, .. } => self.now + *fetch,
            Propagation::Stream { .. } => self.next_word(service, number),
        };
        self.agenda.book(at, class::LEARN, Event::FetchFlags { client: number });
    }

    /// Clients of the flag service that never hear of a change.
    pub fn disconnected_clients(&self) -> &[u16] {
        &self.flagging.deaf
    }

    /// Whether every connected client knows the current flags.
    pub(in crate::sim) fn flags_are_known(&self) -> bool {
        let flagging = &self.flagging;
        flagging.clients.iter().all(|client| client.deaf || client.version == flagging.version)
    }
}
