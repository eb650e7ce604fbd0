//! Weighted round robin, as nginx and Envoy do it.
//!
//! Both give each host the share of its weight; they differ in how evenly the turns of one host are spread.

/// Smooth weighted round robin (nginx, `ngx_http_upstream_round_robin`): every host's credit grows by its weight; the host
/// with the most credit is picked and pays the sum of all weights. In a number of picks equal to that sum, each host is
/// picked exactly as often as its weight says, and never in a burst.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Smooth {
    credits: Vec<i64>,
}

impl Smooth {
    /// All hosts without credit.
    pub fn new(hosts: usize) -> Self {
        Self { credits: vec![0; hosts] }
    }

    /// The credit of each host.
    pub fn credits(&self) -> &[i64] {
        &self.credits
    }

    /// Gives each host its weight in credit: the first half of a pick.
    pub fn earn(&mut self, weights: &[u32]) {
        self.credits.resize(weights.len(), 0);
        for (credit, weight) in self.credits.iter_mut().zip(weights) {
            *credit += i64::from(*weight);
        }
    }

    /// Picks the host with the most credit, the first of equals, which pays the sum of the weights: the second half of a pick.
    /// `None` when no host has any weight.
    pub fn pay(&mut self, weights: &[u32]) -> Option<usize> {
        let sum: i64 = weights.iter().map(|weight| i64::from(*weight)).sum();
        let hosts = (0..weights.len()).filter(|host| weights[*host] > 0);
        let richest =
            hosts.reduce(|best, host| if self.credits[host] > self.credits[best] { host } else { best })?;
        self.credits[richest] -= sum;
        Some(richest)
    }

    /// Picks a host by these weights, which may change between picks; `None` when no host has any weight.
    pub fn pick(&mut self, weights: &[u32]) -> Option<usize> {
        self.earn(weights);
        self.pay(weights)
    }
}

/// Earliest deadline first (Envoy, `EdfScheduler`): a host is due `1 / weight` after it was last picked; the earliest
/// due is picked. Of equals, the one that was queued first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edf {
    /// When each host is due, and the number under which it was queued.
    due: Vec<(f64, u64)>,
    queued: u64,
}

impl Edf {
    /// Queues a host of each weight, in order. A host without weight is never picked.
    pub fn new(weights: &[f64]) -> Self {
        let due = weights.iter().zip(0..).map(|(weight, place)| (1.0 / weight.max(0.0), place)).collect();
        Self { due, queued: weights.len() as u64 }
    }

    /// Picks the host that is due first, and queues it again with its current weight.
    pub fn pick(&mut self, weights: &[f64]) -> Option<usize> {
        let hosts = 0..self.due.len().min(weights.len());
        let earliest = hosts.filter(|host| weights[*host] > 0.0).reduce(|best, host| {
            let sooner = self.due[host].0 < self.due[best].0;
            let equal = self.due[host].0 == self.due[best].0;
            if sooner || (equal && self.due[host].1 < self.due[best].1) { host } else { best }
        })?;
        self.due[earliest] = (self.due[earliest].0 + 1.0 / weights[earliest], self.queued);
        self.queued += 1;
        Some(earliest)
    }
}

/// The weight that Envoy's least-request balancer picks by when hosts differ in weight:
/// `weight / (active requests + 1)^active_request_bias`. A bias of 0 is round robin by weight; Envoy's default is 1.
pub fn least_request_weight(weight: f64, active_requests: u32, active_request_bias: f64) -> f64 {
    let busy = f64::from(active_requests) + 1.0;
    if active_request_bias == 1.0 { weight / busy } else { weight / libm::pow(busy, active_request_bias) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smooth_round_robin_never_picks_a_host_without_weight() {
        let mut smooth = Smooth::new(2);
        assert!((0..10).all(|_| smooth.pick(&[0, 2]) == Some(1)));
        assert_eq!(smooth.pick(&[0, 0]), None);
    }

    #[test]
    fn edf_with_equal_weights_is_round_robin() {
        let weights = [1.0; 3];
        let mut edf = Edf::new(&weights);
        let picks: Vec<_> = (0..6).filter_map(|_| edf.pick(&weights)).collect();
        assert_eq!(picks, [0, 1, 2, 0, 1, 2]);
    }

    #[test]
    fn smooth_round_robin_gives_a_cycle_exactly_its_weights() {
        let weights = [5, 0, 3, 1];
        let (mut smooth, mut picked) = (Smooth::new(4), [0; 4]);
        for _ in 0..9 {
            picked[smooth.pick(&weights).unwrap()] += 1;
        }
        assert_eq!(picked, weights);
    }

    #[test]
    fn a_busy_host_weighs_less_and_without_bias_as_much() {
        assert_eq!(least_request_weight(2.0, 3, 1.0), 0.5);
        assert_eq!(least_request_weight(2.0, 3, 0.0), 2.0);
        assert!((least_request_weight(2.0, 3, 2.0) - 0.125).abs() < 1e-12);
    }

    #[test]
    fn the_picks_are_those_of_nginx_and_envoy() {
        let mut smooth = Smooth::new(3);
        let picks: Vec<_> = (0..7).filter_map(|_| smooth.pick(&[5, 1, 1])).collect();
        // The example of nginx's change of 2012: never five in a row.
        assert_eq!(picks, [0, 0, 1, 0, 2, 0, 0]);
        assert_eq!(smooth.credits(), [0, 0, 0]);
        smooth.earn(&[2, 1]);
        assert_eq!(smooth.credits(), [2, 1]);
        assert_eq!((smooth.pay(&[2, 1]), smooth.credits()), (Some(0), &[-1, 1][..]));

        // Host 1 is due after half a turn, then both after one, of which host 0 was queued first.
        let weights = [1.0, 2.0];
        let mut edf = Edf::new(&weights);
        let picks: Vec<_> = (0..7).filter_map(|_| edf.pick(&weights)).collect();
        assert_eq!(picks, [1, 0, 1, 1, 0, 1, 1]);
        let mut edf = Edf::new(&[0.0, 0.5, -1.0]);
        assert!((0..5).all(|_| edf.pick(&[0.0, 0.5, -1.0]) == Some(1)));
        assert_eq!([edf.pick(&[0.0, 0.0, 0.0]), edf.pick(&[]), Edf::new(&[]).pick(&[1.0])], [None; 3]);
        // A host that gets no weight any more is not picked, and one that gets some is.
        assert_eq!(edf.pick(&[0.0, 0.0, 1.0]), Some(2));
    }
}
