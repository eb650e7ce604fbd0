//! The unit exponential at 64 uniform bits, by a small table of logarithms.

use std::f64::consts::LN_2;

/// Cells of the table, as a power of two.
const FINE: u32 = 7;
const CELLS: usize = 1 << FINE;

/// For the middle of each cell of [1, 2): one over it, and its natural logarithm.
static LOGS: [(f64, f64); CELLS] = logs();

/// An exponential variable of mean 1 at 64 uniform bits: the logarithm of one over (1 - bits / 2^64), from 0 to 44.4.
///
/// Grows with `bits`; exact to 1e-12 everywhere, the far tail too. Uses no function of any platform, so it is
/// the same everywhere. Arrival processes add these up and invert a cumulative rate.
#[inline]
pub fn exponential(bits: u64) -> f64 {
    let left = !bits | 1;
    let halvings = left.leading_zeros();
    // `left` is `scaled` times 2^(63 - halvings), with `scaled` from 1 to 2.
    let mantissa = left << halvings << 1;
    let scaled = f64::from_bits(1023 << 52 | mantissa >> 12);
    let (inverse, log) = LOGS[(mantissa >> (u64::BITS - FINE)) as usize];
    let r = scaled * inverse - 1.0;
    let log_scaled = log + r * (1.0 - r * (1.0 / 2.0 - r * (1.0 / 3.0 - r * (1.0 / 4.0))));
    (f64::from(halvings + 1) * LN_2 - log_scaled).max(0.0)
}

const fn logs() -> [(f64, f64); CELLS] {
    let mut table = [(0.0, 0.0); CELLS];
    let mut cell = 0;
    while cell < CELLS {
        let middle = 1.0 + (cell as f64 + 0.5) / CELLS as f64;
        table[cell] = (1.0 / middle, log(middle));
        cell += 1;
    }
    table
}

/// Natural logarithm of a number from 1 to 2: twice the area tangent of (x - 1) / (x + 1), by its power series.
const fn log(x: f64) -> f64 {
    let t = (x - 1.0) / (x + 1.0);
    let mut sum = 0.0;
    let mut power = 43_u32;
    while power > 1 {
        power -= 2;
        sum = sum * t * t + 1.0 / power as f64;
    }
    2.0 * t * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_logarithm_to_1e_12() {
        for step in 0..100_000_u64 {
            let bits = step.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 0xffff >> (step % 16) << 48;
            let exact = -libm::log((!bits | 1) as f64 / 18_446_744_073_709_551_616.0);
            assert!((exponential(bits) - exact).abs() < 1e-12, "{bits:x}: {} for {exact}", exponential(bits));
        }
        assert!(exponential(0) >= 0.0 && (exponential(u64::MAX) - 64.0 * LN_2).abs() < 1e-12);
        assert!((exponential(u64::MAX / 2) - LN_2).abs() < 1e-12);
    }

    #[test]
    fn its_mean_and_variance_are_1() {
        let cells = 1_u64 << 22;
        let each = (0..cells).map(|cell| exponential((cell << 42) + (1 << 41)));
        let (mean, square) = each.fold((0.0, 0.0), |(mean, square), x| (mean + x, square + x * x));
        assert!((mean / cells as f64 - 1.0).abs() < 1e-6);
        assert!((square / cells as f64 - 2.0).abs() < 1e-4);
    }
}
