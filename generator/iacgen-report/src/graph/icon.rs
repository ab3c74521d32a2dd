//! Small drawings of the kinds of states, in a square of 20 pixels. They are our own.

use super::model::Kind;

/// The lines of a kind's drawing, as the data of an SVG path that is stroked.
pub(super) fn strokes(kind: Kind) -> &'static str {
    match kind {
        // Angle brackets around a slash: code that runs.
        Kind::Function => "M6.5 6 2.5 10 6.5 14M13.5 6 17.5 10 13.5 14M11.5 4 8.5 16",
        // A box that is seen from above.
        Kind::Service => "M10 2.5 16.5 6V14L10 17.5 3.5 14V6ZM3.5 6 10 9.5 16.5 6M10 9.5V17.5",
        // The same again and again.
        Kind::Map => "M3 7H13V17H3ZM7 7V3H17V13H13",
        // One that becomes many.
        Kind::DistributedMap => {
            "M10 3V8M10 8 4 13M10 8V13M10 8 16 13M2.5 13H5.5V17H2.5ZM8.5 13H11.5V17H8.5ZM14.5 13H17.5V17H14.5Z"
        }
        // Two ways side by side.
        Kind::Parallel => {
            "M10 2.5V5M4.5 17V8Q4.5 5 7.5 5H12.5Q15.5 5 15.5 8V17M2 14.5 4.5 17 7 14.5M13 14.5 15.5 17 18 14.5"
        }
        Kind::Choice => {
            "M10 2.5 17.5 10 10 17.5 2.5 10ZM8 8.6Q8 6.8 10 6.8 12 6.8 12 8.5 12 9.7 10 10.6V11.4M10 13.4V13.5"
        }
        Kind::Pass => "M3 10H16.5M11.5 5 16.5 10 11.5 15",
        Kind::Wait => "M17 10A7 7 0 1 1 3 10 7 7 0 1 1 17 10ZM10 5.5V10L13 12",
        Kind::Succeed => "M3.5 10.5 8 15 16.5 5.5",
        Kind::Fail => "M5 5 15 15M15 5 5 15",
    }
}

/// The name of a kind's class in the style sheet.
pub(super) fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Function => "function",
        Kind::Service => "service",
        Kind::Map | Kind::DistributedMap => "map",
        Kind::Parallel => "parallel",
        Kind::Choice => "choice",
        Kind::Pass => "pass",
        Kind::Wait => "wait",
        Kind::Succeed => "succeed",
        Kind::Fail => "fail",
    }
}
