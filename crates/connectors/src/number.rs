//! Figures as they are written into cases.

/// Decimal places kept of what we compute ourselves (logarithms, sums, shares).
///
/// `log2` may differ in the last bit between platforms; unrounded, the same file imported from another
/// computer would look like a new revision.
const COMPUTED_SCALE: f64 = 1e6;

/// Rounds to six places; never yields −0.
pub(crate) fn round_computed(value: f64) -> f64 {
    (value * COMPUTED_SCALE).round() / COMPUTED_SCALE + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_places_are_kept_and_minus_zero_is_zero() {
        assert_eq!(round_computed(1.234_567_89), 1.234_568);
        assert!(round_computed(-1e-9).is_sign_positive(), "−0 would print as -0.0");
    }
}
