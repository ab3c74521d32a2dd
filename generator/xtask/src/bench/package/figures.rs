//! What was measured, the goals, and the table.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::models::{Model, VIT};
use super::python::Bare;
use super::stand::{Contestant, Language, Start, Time, median};

/// The goals of the issue about packages.
const UNZIPPED_AT_LEAST: f64 = 4.0;
const ZIPPED_AT_LEAST: f64 = 3.0;
const INIT_AT_LEAST: f64 = 4.0;
const TORCH_INIT_AT_LEAST: f64 = 18.0;
const MEMORY_AT_LEAST: f64 = 2.0;
const SHARD_MB_BELOW: f64 = 300.0;
const THROUGHPUT_AT_LEAST: f64 = 0.95;

/// A model with each of the functions.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) model: Model,
    pub(super) rows: usize,
    /// The infer function comes first.
    pub(super) functions: Vec<Series>,
    /// ONNX Runtime alone over the shard.
    pub(super) bare: Vec<Bare>,
    /// The largest difference between the predictions of the infer function and those of Python with ONNX Runtime.
    pub(super) difference: f32,
}

/// The starts of a function.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) contestant: Contestant,
    /// With the package in the page cache.
    pub(super) warm: Vec<Start>,
    /// With the package dropped from it.
    pub(super) cold: Vec<Start>,
}

/// The medians of a function.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figures {
    /// Of the package as its package manager makes it.
    unzipped_mb: f64,
    zipped_mb: f64,
    /// Without the model.
    rest_unzipped_mb: f64,
    rest_zipped_mb: f64,
    /// Of what runs.
    lean_unzipped_mb: f64,
    lean_zipped_mb: f64,
    init: Time,
    cold_init: Time,
    first: Time,
    warm: Time,
    peak_mb: f64,
    shard: Time,
    batches: Time,
    shard_peak_mb: f64,
}

/// A goal with what was measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Goal {
    /// The goal and the figure.
    pub(super) text: String,
    /// Whether it is reached. What was not measured is not.
    pub(super) reached: bool,
}

impl Series {
    fn figures(&self) -> Figures {
        let time = |starts: &[Start], of: fn(&Start) -> Time| {
            Time::median(&starts.iter().map(of).collect::<Vec<_>>())
        };
        let shards: Vec<_> = self.warm.iter().filter_map(|start| start.shard).collect();
        let lean = self.contestant.size;
        let whole = self.contestant.installed.unwrap_or(lean);
        Figures {
            unzipped_mb: self.size(whole.unzipped),
            zipped_mb: self.size(whole.zip),
            rest_unzipped_mb: self.size(whole.unzipped - whole.model_unzipped),
            rest_zipped_mb: self.size(whole.zip - whole.model_zip),
            lean_unzipped_mb: self.size(lean.unzipped),
            lean_zipped_mb: self.size(lean.zip),
            init: time(&self.warm, |start| start.init),
            cold_init: time(&self.cold, |start| start.init),
            first: time(&self.warm, |start| start.first),
            warm: time(&self.warm, |start| start.warm),
            peak_mb: median(self.warm.iter().map(|start| start.peak_mb)),
            shard: Time::median(&shards.iter().map(|shard| shard.time).collect::<Vec<_>>()),
            batches: Time::median(&shards.iter().map(|shard| shard.batches).collect::<Vec<_>>()),
            shard_peak_mb: median(shards.iter().map(|shard| shard.peak_mb)),
        }
    }

    /// Returns a size in MB. Torch is not in its zip, so that has none.
    fn size(&self, bytes: u64) -> f64 {
        if self.contestant.language == Language::Torch { f64::NAN } else { megabytes(bytes) }
    }
}

/// Returns megabytes of 1,000,000 bytes.
#[expect(clippy::cast_precision_loss, reason = "a package's size fits in 52 bits")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

impl Measured {
    fn figures(&self, language: Language) -> Option<Figures> {
        self.functions.iter().find(|series| series.contestant.language == language).map(Series::figures)
    }

    /// Returns the median time of ONNX Runtime alone.
    fn bare(&self) -> Time {
        let time = |bare: &Bare| Time { wall_ms: bare.wall_s * 1e3, cpu_ms: bare.cpu_s * 1e3 };
        Time::median(&self.bare.iter().map(time).collect::<Vec<_>>())
    }

    /// Returns the goals.
    pub(super) fn goals(&self) -> Vec<Goal> {
        let ours = self.figures(Language::Rust);
        let python = self.figures(Language::Python);
        let (Some(ours), Some(python)) = (ours, python) else { return Vec::new() };
        goals(self.model.name, &ours, &python, self.figures(Language::Torch).as_ref(), self.bare())
    }

    /// Returns the table.
    pub(super) fn table(&self) -> Table {
        let figures: Vec<Figures> = self.functions.iter().map(Series::figures).collect();
        let mut table = Table::new();
        table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        let mut header = vec![format!("{} ({:.1} MB)", self.model.name, megabytes(self.model.bytes))];
        for series in &self.functions {
            header.push(series.contestant.language.name().to_owned());
        }
        header.extend(self.functions.iter().skip(1).map(|_| "times".to_owned()));
        header.push("bare".to_owned());
        table.set_header(header);
        let mut row = |name: &str, of: &dyn Fn(&Figures) -> f64, decimals: usize, bare: Option<f64>| {
            let values: Vec<f64> = figures.iter().map(of).collect();
            if values.iter().all(|value| value.is_nan()) {
                return;
            }
            let shown =
                |value: f64| if value.is_nan() { String::new() } else { format!("{value:.decimals$}") };
            let mut cells = vec![name.to_owned()];
            cells.extend(values.iter().map(|value| shown(*value)));
            let ratio = |value: &f64| {
                let ratio = value / values[0];
                if ratio.is_nan() { String::new() } else { format!("{ratio:.2}") }
            };
            cells.extend(values.iter().skip(1).map(ratio));
            cells.push(bare.map_or_else(String::new, shown));
            table.add_row(cells);
        };
        let bare = self.bare();
        row("unzipped, Python as pip installs it, MB", &|f| f.unzipped_mb, 1, None);
        row("    both without the model", &|f| f.rest_unzipped_mb, 1, None);
        row("    Python lean", &|f| f.lean_unzipped_mb, 1, None);
        row("zipped, Python as pip installs it, MB", &|f| f.zipped_mb, 1, None);
        row("    both without the model", &|f| f.rest_zipped_mb, 1, None);
        row("    Python lean", &|f| f.lean_zipped_mb, 1, None);
        row("init, ms of CPU", &|f| f.init.cpu_ms, 1, None);
        row("init, ms", &|f| f.init.wall_ms, 1, None);
        row("init not in the page cache, ms of CPU", &|f| f.cold_init.cpu_ms, 1, None);
        row("init not in the page cache, ms", &|f| f.cold_init.wall_ms, 1, None);
        row("first invocation of 1 image, ms of CPU", &|f| f.first.cpu_ms, 2, None);
        row("first invocation of 1 image, ms", &|f| f.first.wall_ms, 2, None);
        row("warm invocation of 1 image, ms of CPU", &|f| f.warm.cpu_ms, 2, None);
        row("warm invocation of 1 image, ms", &|f| f.warm.wall_ms, 2, None);
        row("peak memory at 1 image, MB", &|f| f.peak_mb, 1, None);
        row("peak memory at a shard, MB", &|f| f.shard_peak_mb, 1, None);
        let rate = |ms: f64| rate(self.rows, ms);
        row("batches, images per second of CPU", &|f| rate(f.batches.cpu_ms), 0, Some(rate(bare.cpu_ms)));
        row("batches, images per second", &|f| rate(f.batches.wall_ms), 0, Some(rate(bare.wall_ms)));
        row("whole shard with S3, images per second of CPU", &|f| rate(f.shard.cpu_ms), 0, None);
        row("whole shard with S3, images per second", &|f| rate(f.shard.wall_ms), 0, None);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }
}

#[expect(clippy::cast_precision_loss, reason = "a shard's images fit in 52 bits")]
fn rate(rows: usize, ms: f64) -> f64 {
    rows as f64 / ms * 1e3
}

fn goals(model: &str, ours: &Figures, python: &Figures, torch: Option<&Figures>, bare: Time) -> Vec<Goal> {
    let mut goals = vec![
        times("smaller unzipped", UNZIPPED_AT_LEAST, ours.unzipped_mb, python.unzipped_mb),
        times("smaller zipped", ZIPPED_AT_LEAST, ours.zipped_mb, python.zipped_mb),
    ];
    if model == VIT {
        goals.push(times("less CPU to start", INIT_AT_LEAST, ours.init.cpu_ms, python.init.cpu_ms));
        if let Some(torch) = torch {
            goals.push(times(
                "less CPU to start than torch",
                TORCH_INIT_AT_LEAST,
                ours.init.cpu_ms,
                torch.init.cpu_ms,
            ));
        }
    }
    goals.push(times("less memory at 1 image", MEMORY_AT_LEAST, ours.peak_mb, python.peak_mb));
    goals.push(Goal {
        text: format!("below {SHARD_MB_BELOW:.0} MB at a shard: {:.0} MB", ours.shard_peak_mb),
        reached: ours.shard_peak_mb < SHARD_MB_BELOW,
    });
    let share = bare.cpu_ms / ours.batches.cpu_ms;
    goals.push(Goal {
        text: format!(
            "batches at {THROUGHPUT_AT_LEAST} of the images per second of CPU of ONNX Runtime alone: {share:.3}"
        ),
        reached: share >= THROUGHPUT_AT_LEAST,
    });
    for goal in &mut goals {
        goal.text = format!("{model}: {}", goal.text);
    }
    goals
}

fn times(what: &str, at_least: f64, ours: f64, theirs: f64) -> Goal {
    let times = theirs / ours;
    Goal { text: format!("{at_least} times {what}: {times:.2}"), reached: times >= at_least }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(scale: f64) -> Figures {
        let time = Time { wall_ms: 40.0 * scale, cpu_ms: 40.0 * scale };
        Figures {
            unzipped_mb: 34.0 * scale,
            zipped_mb: 18.0 * scale,
            rest_unzipped_mb: 24.0 * scale,
            rest_zipped_mb: 8.0 * scale,
            lean_unzipped_mb: 34.0 * scale,
            lean_zipped_mb: 18.0 * scale,
            init: time,
            cold_init: time,
            first: time,
            warm: time,
            peak_mb: 40.0 * scale,
            shard: Time { wall_ms: 1_500.0, cpu_ms: 1_500.0 },
            batches: Time { wall_ms: 1_000.0, cpu_ms: 1_000.0 },
            shard_peak_mb: 100.0 * scale,
        }
    }

    fn reached(model: &str, python: f64, torch: Option<f64>, bare_ms: f64) -> Vec<bool> {
        let torch = torch.map(figures);
        let bare = Time { wall_ms: bare_ms, cpu_ms: bare_ms };
        goals(model, &figures(1.0), &figures(python), torch.as_ref(), bare)
            .into_iter()
            .map(|goal| goal.reached)
            .collect()
    }

    #[test]
    fn each_goal_has_its_own_bound() {
        assert_eq!(reached(VIT, 4.0, Some(18.0), 950.0), [true; 7]);
        assert_eq!(reached(VIT, 3.9, Some(17.0), 940.0), [false, true, false, false, true, true, false]);
        assert_eq!(reached("photoz", 1.9, None, 1_000.0), [false, false, false, true, true]);
    }

    #[test]
    fn what_was_not_measured_is_not_reached() {
        assert_eq!(reached(VIT, f64::NAN, None, f64::NAN), [false, false, false, false, true, false]);
    }
}
