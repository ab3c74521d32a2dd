//! Where random numbers come from, so that a test can choose them.

use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random numbers.
pub trait Randomness: Send + Sync {
    /// A number from 0 up to, not including, 1.
    fn uniform(&self) -> f64;
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Randomness for System {
    fn uniform(&self) -> f64 {
        // The lower 62 bits of a version 4 UUID are random.
        unit(uuid::Uuid::new_v4().as_u64_pair().1 << 2)
    }
}

/// A sequence that a seed fixes (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Debug)]
pub struct Seeded(AtomicU64);

impl Seeded {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Randomness for Seeded {
    fn uniform(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bits = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        unit(bits ^ (bits >> 31))
    }
}

/// The upper 53 bits as a fraction.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
