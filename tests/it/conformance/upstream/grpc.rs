//! How many hosts gRPC may eject. The simulator keeps to Envoy's limit, which counts the next host as well.

use rollout_lab::engine::Share;

/// Whether one more of `hosts` may be ejected when `ejected` are (gRPC A50): while those out are less than the
/// percentage. One more may then exceed it.
pub fn may_eject_grpc(ejected: u32, hosts: u32, max_ejection_percent: Share) -> bool {
    f64::from(ejected) * 100.0 < max_ejection_percent.fraction() * 100.0 * f64::from(hosts)
}

/// Which of `outliers`, in order, are ejected of `hosts` by gRPC's limit.
pub fn ejected_of(hosts: u32, outliers: &[u32], max_ejection_percent: Share) -> Vec<u32> {
    let mut ejected = Vec::new();
    for host in outliers {
        if may_eject_grpc(ejected.len() as u32, hosts, max_ejection_percent) {
            ejected.push(*host);
        }
    }
    ejected
}
