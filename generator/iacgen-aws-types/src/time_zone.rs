//! Time zones by their names in the IANA database.

use std::fmt;

use crate::Invalid;

/// The first words of the names that have a second. Page of IANA: "Time Zone Database".
const AREAS: [&str; 12] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Etc",
    "Europe",
    "Indian",
    "Pacific",
    "US",
];

/// A time zone, such as `Europe/Berlin`. Page: "Schedule types in EventBridge Scheduler", on time zones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeZone(String);

impl TimeZone {
    /// Accepts a name of the form that the database has. Whether it has this one is not known here.
    ///
    /// # Errors
    /// [`Invalid`] for offsets, abbreviations and other texts.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if matches!(text, "UTC" | "GMT") {
            return Ok(Self(text.to_owned()));
        }
        let safe = |b: u8| b.is_ascii_alphanumeric() || b"_+-".contains(&b);
        let mut words = text.split('/');
        let area = words.next().unwrap_or_default();
        let mut places = words.peekable();
        let named = places.peek().is_some()
            && places.all(|place| {
                place.bytes().next().is_some_and(|b| b.is_ascii_uppercase()) && place.bytes().all(safe)
            });
        if named && AREAS.contains(&area) && text.len() <= 50 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(text, "a time zone", "it has the form of `Europe/Berlin`, or is `UTC`"))
        }
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_an_area_and_a_place() {
        for good in
            ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "America/Port-au-Prince"]
        {
            assert!(TimeZone::new(good).is_ok(), "{good}");
        }
        for bad in
            ["", "CET", "+01:00", "UTC+1", "europe/berlin", "Europe/", "Europe/berlin", "Europe", "Mars/Base"]
        {
            assert!(TimeZone::new(bad).is_err(), "{bad}");
        }
    }
}
