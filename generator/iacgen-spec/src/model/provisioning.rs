//! Environments of functions that are kept initialised.

use iacgen_aws_types::{Provisioned, Schedule, TimeZone};

use super::{Located, Place};

/// How many environments are kept initialised.
#[derive(Debug, Clone, PartialEq)]
pub enum Provisioning {
    /// Always as many.
    Fixed(Located<Provisioned>),
    /// As many as Application Auto Scaling says.
    Scaled(Box<Scaling>),
}

/// A scalable target and its policies. Page: "Managing provisioned concurrency with Application Auto Scaling".
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// Where it stands.
    pub place: Place,
    /// `MinCapacity`; 0 and more.
    pub min: Located<u32>,
    /// `MaxCapacity`; at least `min`, and at least 1.
    pub max: Located<u32>,
    /// The utilisation that target tracking aims at, 0.1 to 0.9. `None` where only the schedule scales.
    pub target: Option<f64>,
    /// `ScheduledActions`, in the file's order.
    pub schedule: Vec<ScheduledCapacity>,
}

/// A scheduled action: from a moment on, other limits hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduledCapacity {
    /// Where it stands.
    pub place: Place,
    /// When.
    pub at: Schedule,
    /// The time zone of `at`; UTC where it is left out.
    pub time_zone: Option<TimeZone>,
    /// `MinCapacity` from then on.
    pub min: Option<u32>,
    /// `MaxCapacity` from then on. One of the two is there.
    pub max: Option<u32>,
}

impl Provisioning {
    /// Returns the most environments that may be provisioned at one time.
    pub fn most(&self) -> Located<u32> {
        match self {
            Self::Fixed(fixed) => Located { value: fixed.value.get(), place: fixed.place },
            Self::Scaled(scaling) => {
                let scheduled = scaling.schedule.iter().filter_map(|action| {
                    let value = action.max.max(action.min)?;
                    Some(Located { value, place: action.place })
                });
                scheduled.fold(scaling.max, |most, next| if next.value > most.value { next } else { most })
            }
        }
    }
}
