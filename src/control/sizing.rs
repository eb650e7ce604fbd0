//! How many instances each version gets, as Kubernetes and Argo Rollouts count them: pure functions of counts and weights.

pub mod deployment;
pub mod proportional;
pub mod replicas;
pub mod routed;
