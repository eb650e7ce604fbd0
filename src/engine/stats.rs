//! Statistics that tell a difference from chance: tests of two samples, of two proportions, of a split, and one that may
//! be looked at at any time.
//!
//! Pure functions of finite numbers; what is not finite must be taken out before. The special functions (incomplete beta
//! and gamma) come from the crate `statrs`; its rank test does not, since it is wrong with ties.

pub mod chi_square;
pub mod describe;
pub mod fisher;
pub mod mann_whitney;
pub mod normal;
pub mod power;
pub mod proportions;
pub mod sequential;
pub mod shift;
pub mod welch;

/// Which difference a test looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alternative {
    /// Either way.
    #[default]
    TwoSided,
    /// The first is greater.
    Greater,
    /// The first is less.
    Less,
}
