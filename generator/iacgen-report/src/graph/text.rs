//! How much room a text takes, and how it is broken and escaped. No font is at hand, so widths are estimates on the
//! wide side of what browsers use for `sans-serif`.

/// Estimates the width of a text in a font of a size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|character| em(character) * size).sum()
}

/// The width of a character in units of the font's size.
fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.31,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '[' | ']' | '{' | '}' | '/' | '\\' | '-' | '"' | '*' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.94,
        'A'..='Z' | '+' | '<' | '>' | '=' | '~' | '#' | '&' | '_' => 0.7,
        ' '..='~' => 0.61,
        // Scripts of East Asia, and symbols drawn as wide as they are.
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' => 1.05,
        '\u{1f000}'.. => 1.4,
        _ => 0.72,
    }
}

/// Breaks a text into lines no wider than `most`, at spaces where it can. What is left behind the last line that may
/// be is cut, with an ellipsis.
pub(super) fn wrapped(text: &str, size: f64, most: f64, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for (index, piece) in pieces(word, size, most).into_iter().enumerate() {
            let spaced = if line.is_empty() || index > 0 { piece.clone() } else { format!(" {piece}") };
            if width(&line, size) + width(&spaced, size) <= most || line.is_empty() {
                line.push_str(&spaced);
            } else {
                done.push(std::mem::replace(&mut line, piece));
            }
        }
    }
    if !line.is_empty() {
        done.push(line);
    }
    if done.len() > lines {
        done.truncate(lines);
        if let Some(last) = done.last_mut() {
            while width(last, size) + em('…') * size > most && last.pop().is_some() {}
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    done
}

/// Cuts a word that is wider than a line, behind a `.`, `_`, `-`, `/` or `:` where there is one near the end.
fn pieces(word: &str, size: f64, most: f64) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while width(rest, size) > most {
        let mut end = 0;
        let mut good = 0;
        let mut used = 0.0;
        for (at, character) in rest.char_indices() {
            used += em(character) * size;
            if used > most && end > 0 {
                break;
            }
            end = at + character.len_utf8();
            if matches!(character, '.' | '_' | '-' | '/' | ':') && used > most / 2.0 {
                good = end;
            }
        }
        let cut = if good > 0 { good } else { end };
        pieces.push(rest[..cut].to_owned());
        rest = &rest[cut..];
        if cut == 0 {
            break;
        }
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

/// Escapes a text for XML, in elements and in quoted attributes. Characters that XML 1.0 has no way to write are left
/// out.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_the_rest_is_cut() {
        assert_eq!(wrapped("one two three", 10.0, 50.0, 3), ["one two", "three"]);
        assert_eq!(wrapped("one two three four five", 10.0, 50.0, 2), ["one two", "three…"]);
        assert_eq!(wrapped("", 10.0, 50.0, 2), Vec::<String>::new());
    }

    #[test]
    fn long_words_are_cut_behind_their_joints_and_nothing_is_lost() {
        let lines = wrapped("States.ExceedToleratedFailureThreshold", 10.0, 90.0, 9);
        assert_eq!(lines.concat(), "States.ExceedToleratedFailureThreshold");
        assert!(lines.iter().all(|line| width(line, 10.0) <= 90.0), "{lines:?}");
        assert_eq!(wrapped("some-long.name", 10.0, 62.0, 2), ["some-long.", "name"]);
        // A character that is wider than the line stands alone.
        assert_eq!(wrapped("世界", 10.0, 1.0, 5), ["世", "界"]);
    }

    #[test]
    fn xml_is_escaped() {
        assert_eq!(
            xml("<a href=\"x\">'&'\u{1}\n</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39; &lt;/a&gt;"
        );
    }
}
