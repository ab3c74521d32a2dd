//! What takes the space in each package, for people and for programs.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};
use iacgen_package::Explanation;
use iacgen_package::limits::{LAYERS, UNZIPPED_BYTES, ZIPPED_DIRECT_BYTES};
use serde_json::{Value, json};

use crate::ui::size;

/// Returns a table of files and what would shrink them, for each function.
pub(super) fn text(explanations: &[Explanation]) -> String {
    let mut text = String::new();
    for explanation in explanations {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{} ({})", explanation.function, explanation.architecture);
        let _ = writeln!(text, "{}", table(explanation));
        // Lambda's megabytes are of 1,048,576 bytes, all others here of 1,000,000.
        let mebibytes = |bytes: u64| bytes / (1024 * 1024);
        let _ = writeln!(
            text,
            "unzipped {}: {} % of {} MiB; zipped {}; largest zip {}: {} % of {} MiB for a direct upload; layers {} of {LAYERS}",
            size(explanation.unzipped_bytes),
            explanation.unzipped_percent(),
            mebibytes(UNZIPPED_BYTES),
            size(explanation.zip_bytes),
            size(explanation.largest_zip_bytes),
            explanation.zipped_percent(),
            mebibytes(ZIPPED_DIRECT_BYTES),
            explanation.layers
        );
        for advice in &explanation.advice {
            let _ = writeln!(text, "to save {}: {}", size(advice.saves_bytes), advice.what);
        }
    }
    text
}

fn table(explanation: &Explanation) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "unzipped", "zipped", "share"]);
    let total = explanation.unzipped_bytes.max(1);
    let share = |bytes: u64| format!("{} %", (bytes * 100 + total / 2) / total);
    for file in &explanation.files {
        table.add_row([
            format!("  {}", file.path),
            size(file.bytes),
            size(file.compressed),
            share(file.bytes),
        ]);
        for (what, bytes) in &file.parts {
            table.add_row([format!("      {what}"), size(*bytes), String::new(), share(*bytes)]);
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Returns the same as a document; sizes are in bytes.
pub(super) fn json(explanation: &Explanation) -> Value {
    let files: Vec<Value> = explanation
        .files
        .iter()
        .map(|file| {
            let parts: serde_json::Map<String, Value> =
                file.parts.iter().map(|(what, bytes)| ((*what).to_owned(), (*bytes).into())).collect();
            json!({ "path": file.path, "bytes": file.bytes, "zipped_bytes": file.compressed, "parts": parts })
        })
        .collect();
    let advice: Vec<Value> = explanation
        .advice
        .iter()
        .map(|advice| json!({ "what": advice.what, "saves_bytes": advice.saves_bytes }))
        .collect();
    json!({
        "function": explanation.function,
        "architecture": explanation.architecture,
        "unzipped_bytes": explanation.unzipped_bytes,
        "zip_bytes": explanation.zip_bytes,
        "largest_zip_bytes": explanation.largest_zip_bytes,
        "layers": explanation.layers,
        "files": files,
        "advice": advice,
    })
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::Architecture;

    use super::*;

    #[test]
    fn each_limit_is_told_in_its_own_unit() {
        let explanation = Explanation {
            function: "infer".to_owned(),
            architecture: Architecture::Arm64,
            files: Vec::new(),
            zip_bytes: 174_200,
            largest_zip_bytes: 60_100_000,
            unzipped_bytes: UNZIPPED_BYTES / 2,
            layers: 3,
            advice: Vec::new(),
        };
        let text = text(&[explanation]);
        let expected = "unzipped 131.1 MB: 50 % of 250 MiB; zipped 174.2 kB; largest zip 60.1 MB: 114 % of 50 MiB for a direct upload; layers 3 of 5\n";
        assert!(text.ends_with(expected), "{text}");
    }
}
