//! The argument that says how finely requests are simulated.

use clap::ValueEnum;

use crate::scenario::Fidelity;

/// A fidelity, as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FidelityName {
    /// Each request by itself
    Requests,
    /// Requests as counts: a run costs as much at any rate; what the mode cannot say is refused
    Fluid,
}

impl From<FidelityName> for Fidelity {
    fn from(name: FidelityName) -> Self {
        match name {
            FidelityName::Requests => Self::Requests,
            FidelityName::Fluid => Self::Fluid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fidelity_has_a_name_here() {
        let named: Vec<Fidelity> = FidelityName::value_variants().iter().map(|name| (*name).into()).collect();
        assert_eq!(named, [Fidelity::Requests, Fidelity::Fluid]);
    }
}
