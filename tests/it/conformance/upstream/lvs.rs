//! Weighted round robin of the Linux Virtual Server, which no proxy of the simulator does.

/// Weighted round robin of the Linux Virtual Server (`ip_vs_wrr`): rounds go through the hosts in order, and each round
/// serves those whose weight is at least the round's, which falls by the greatest common divisor from the largest
/// weight and starts over. Heavy hosts come in bursts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lvs {
    /// The host looked at last, if any.
    last: Option<usize>,
    /// The weight that a host needs in this round.
    round: u32,
}

impl Lvs {
    /// Picks the next host by these weights; `None` when no host has any weight.
    pub fn pick(&mut self, weights: &[u32]) -> Option<usize> {
        let largest = weights.iter().copied().max().filter(|weight| *weight > 0)?;
        let step = weights.iter().copied().fold(0, common_divisor);
        loop {
            let next = self.last.map_or(0, |last| (last + 1) % weights.len());
            if next == 0 {
                self.round = if self.round <= step { largest } else { self.round - step };
            }
            self.last = Some(next);
            if weights[next] >= self.round {
                return Some(next);
            }
        }
    }
}

const fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
