//! Reads CSV as Step Functions does: every cell is a string, rows are as long as the header.
//!
//! Source: Step Functions developer guide, "ItemReader (Map)", section on CSV.

use serde_json::{Map, Value};

/// The longest header row, in bytes. Same source.
const HEADER_BYTES: usize = 10 * 1024;

/// The items of a CSV file. `headers` are the given ones; otherwise the first row has them.
pub(super) fn items(text: &str, delimiter: char, headers: Option<&[String]>) -> Result<Vec<Value>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = rows(text, delimiter).into_iter();
    let headers = match headers {
        Some(headers) => headers.to_vec(),
        None => rows.next().unwrap_or_default(),
    };
    if headers.iter().map(String::len).sum::<usize>() > HEADER_BYTES {
        return Err(format!("CSV headers cannot exceed {HEADER_BYTES} bytes."));
    }
    if (1..headers.len()).any(|at| headers[..at].contains(&headers[at])) {
        return Err("CSV headers cannot contain duplicates.".to_owned());
    }
    Ok(rows
        .map(|row| {
            let cells = row.into_iter().chain(std::iter::repeat_with(String::new));
            let entries: Map<String, Value> = headers.iter().cloned().zip(cells.map(Value::String)).collect();
            Value::Object(entries)
        })
        .collect())
}

/// The delimiter of a `CSVDelimiter` word.
pub(super) fn delimiter(word: Option<&str>) -> Result<char, String> {
    Ok(match word {
        None | Some("COMMA") => ',',
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        Some(other) => {
            return Err(format!("CSVDelimiter {other} is none of COMMA, PIPE, SEMICOLON, SPACE, TAB"));
        }
    })
}

/// The rows of RFC 4180, empty lines left out.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            _ if quoted => cell.push(character),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => {
                if !(row.is_empty() && cell.is_empty()) {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
            }
            _ if character == delimiter => row.push(std::mem::take(&mut cell)),
            _ => cell.push(character),
        }
    }
    if !(row.is_empty() && cell.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_are_strings_and_rows_as_long_as_the_header() {
        let text = "\u{feff}a,b,c\r\n1,\"x, \"\"y\"\"\"\n\n,,,\n1,2,3,4\n";
        let expected = [
            json!({"a": "1", "b": "x, \"y\"", "c": ""}),
            json!({"a": "", "b": "", "c": ""}),
            json!({"a": "1", "b": "2", "c": "3"}),
        ];
        assert_eq!(items(text, ',', None).unwrap(), expected);
    }

    #[test]
    fn headers_are_given_or_read_and_differ() {
        let given = ["h".to_owned()];
        assert_eq!(items("1|2\n", '|', Some(&given)).unwrap(), [json!({"h": "1"})]);
        assert!(items("a,a\n1,2\n", ',', None).is_err());
    }
}
