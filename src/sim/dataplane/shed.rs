//! Load shedding: rejects requests before they are queued, by how busy the server is.

/// How strongly an overloaded server acts, from 0 to 1: `(pressure - from) / (all - from)`
/// (Envoy overload manager, `scaled` trigger).
pub fn scaled_trigger(pressure: f64, from: f64, all: f64) -> f64 {
    if pressure >= all {
        1.0
    } else if pressure <= from {
        0.0
    } else {
        (pressure - from) / (all - from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_half_way_to_saturation_turns_half_away() {
        assert_eq!(scaled_trigger(0.8, 0.8, 0.9), 0.0);
        assert!((scaled_trigger(0.85, 0.8, 0.9) - 0.5).abs() < 1e-12);
        assert_eq!(scaled_trigger(0.95, 0.8, 0.9), 1.0);
    }
}
