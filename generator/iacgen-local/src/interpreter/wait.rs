//! A Wait state.

use std::sync::Arc;
use std::time::Duration;

use iacgen_asl::{Quantity, WaitState, WaitUntil};
use jiff::Timestamp;
use serde_json::Value;

use super::choice::moment;
use super::failure::Failure;
use super::run::{Frame, Step, Visit};

/// The longest wait: a year, as long as an execution.
const LONGEST_SECONDS: i64 = 31_536_000;

pub(super) async fn run<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &'s WaitState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    tokio::time::sleep(duration(visit, frame, &state.until, &input)?).await;
    let assigned = visit.assigned(frame, state.assign.as_ref(), &input, 0)?;
    let output = visit.select(frame, &state.output_path, &input)?;
    visit.exit(frame, &output, assigned)?;
    Ok(Step::of(&state.transition, output))
}

fn duration(
    visit: &Visit<'_>,
    frame: &Frame,
    until: &WaitUntil,
    input: &Arc<Value>,
) -> Result<Duration, Failure> {
    let seconds = match until {
        WaitUntil::Seconds(Quantity::Value(seconds)) => i64::try_from(*seconds).unwrap_or(i64::MAX),
        WaitUntil::Seconds(Quantity::Path(path)) => {
            let value = visit.at(frame, path, input)?;
            let seconds = value.as_i64().ok_or_else(|| {
                let message =
                    format!("The SecondsPath parameter cannot be parsed as a long value: {path} == {value}");
                visit.runtime(&message)
            })?;
            if seconds < 0 {
                let message =
                    format!("The SecondsPath parameter references a negative value: {path} == {seconds}");
                return Err(visit.runtime(&message));
            }
            seconds
        }
        WaitUntil::Timestamp(Quantity::Value(timestamp)) => {
            return until_moment(visit, moment(timestamp.as_str()));
        }
        WaitUntil::Timestamp(Quantity::Path(path)) => {
            let value = visit.at(frame, path, input)?;
            let found = value.as_str().and_then(moment);
            if found.is_none() {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let message = format!(
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {path} == {shown}"
                );
                return Err(visit.runtime(&message));
            }
            return until_moment(visit, found);
        }
        // A machine with JSONata is refused before it runs.
        WaitUntil::Seconds(Quantity::Expression(_)) | WaitUntil::Timestamp(Quantity::Expression(_)) => 0,
    };
    within_a_year(visit, seconds)
}

fn until_moment(visit: &Visit<'_>, moment: Option<Timestamp>) -> Result<Duration, Failure> {
    let Some(moment) = moment else {
        return Err(visit.runtime("The Timestamp field names no moment."));
    };
    let left = moment.as_millisecond() - Timestamp::now().as_millisecond();
    within_a_year(visit, left / 1000)?;
    Ok(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
}

fn within_a_year(visit: &Visit<'_>, seconds: i64) -> Result<Duration, Failure> {
    if seconds > LONGEST_SECONDS {
        return Err(visit.runtime("Wait state delay is too long."));
    }
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}
