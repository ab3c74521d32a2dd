//! The diagram in the language of mermaid.

use std::fmt::Write;

use super::icon;
use super::model::{Block, Diagram, EdgeKind, Kind, Node};

/// Writes the diagram as a flowchart of mermaid: containers are subgraphs, catches are dotted.
pub fn mermaid(diagram: &Diagram) -> String {
    let mut out = String::from("flowchart TD\n");
    line(&mut out, 1, &format!("accTitle: {}", plain(&diagram.title)));
    block(&diagram.block, "", 1, &mut out);
    for class in [
        "fail fill:#fff1f0,stroke:#cf222e,color:#1f2328",
        "succeed fill:#effbf1,stroke:#1a7f37,color:#1f2328",
    ] {
        line(&mut out, 1, &format!("classDef {class}"));
    }
    classes(&diagram.block, &mut out);
    out
}

fn block(block: &Block, around: &str, depth: usize, out: &mut String) {
    let top = around.is_empty();
    let (start, end) = (format!("{around}start"), format!("{around}end_"));
    if block.first.is_some() {
        line(out, depth, &if top { format!("{start}([\"Start\"])") } else { format!("{start}((\" \"))") });
    }
    for node in &block.nodes {
        state(node, depth, out);
    }
    if top && block.nodes.iter().any(|node| node.ends) {
        line(out, depth, &format!("{end}([\"End\"])"));
    }
    if let Some(first) = block.first.and_then(|first| block.nodes.get(first)) {
        line(out, depth, &format!("{start} --> {}", first.id));
    }
    for edge in &block.edges {
        let (Some(from), Some(to)) = (block.nodes.get(edge.from), block.nodes.get(edge.to)) else { continue };
        let between = if edge.kind == EdgeKind::Catch { ", " } else { " or " };
        let arrow = match (edge.kind, edge.labels.is_empty()) {
            (EdgeKind::Catch, false) => format!("-. \"{}\" .->", escaped(&edge.labels.join(between))),
            (EdgeKind::Catch, true) => "-.->".to_owned(),
            (_, false) => format!("-- \"{}\" -->", escaped(&edge.labels.join(between))),
            (_, true) => "-->".to_owned(),
        };
        line(out, depth, &format!("{} {arrow} {}", from.id, to.id));
    }
    if top {
        for node in block.nodes.iter().filter(|node| node.ends) {
            line(out, depth, &format!("{} --> {end}", node.id));
        }
    }
}

fn state(node: &Node, depth: usize, out: &mut String) {
    let mut text = format!("{}<br/><b>{}</b>", escaped(&node.label), escaped(&node.name));
    for detail in node.details.iter().chain(&node.retries) {
        let _ = write!(text, "<br/>{}", escaped(detail));
    }
    if node.is_container() {
        line(out, depth, &format!("subgraph {}[\"{text}\"]", node.id));
        line(out, depth + 1, "direction TB");
        for (at, inner) in node.blocks.iter().enumerate() {
            block(inner, &format!("{}_{}_", node.id, at + 1), depth + 1, out);
        }
        line(out, depth, "end");
        return;
    }
    let (open, close) = match node.kind {
        Kind::Choice => ("{{", "}}"),
        Kind::Succeed | Kind::Fail => ("([", "])"),
        _ => ("(", ")"),
    };
    line(out, depth, &format!("{}{open}\"{text}\"{close}", node.id));
}

fn classes(block: &Block, out: &mut String) {
    for node in &block.nodes {
        if matches!(node.kind, Kind::Succeed | Kind::Fail) {
            line(out, 1, &format!("class {} {}", node.id, icon::class(node.kind)));
        }
        for inner in &node.blocks {
            classes(inner, out);
        }
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    for _ in 0..depth {
        out.push_str("  ");
    }
    out.push_str(text);
    out.push('\n');
}

/// Escapes a text for a quoted label: what mermaid, its Markdown or HTML would read as more than text becomes an entity.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    // A number with a point, a dash or a plus at the start of a line would be a list.
    let mut starts = true;
    for character in text.chars() {
        let listed = starts && matches!(character, '.' | ')' | '-' | '+');
        starts = starts && character.is_ascii_digit();
        match character {
            ' ' => escaped.push(' '),
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '*' | '_' | '~' | '\\' | '[' | ']' | '{' | '}'
            | '|' | '@' | '$' => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            character if listed => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// A text for a line of its own, which takes no entities.
fn plain(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() || matches!(character, ';' | '#' | '{' | '}') { ' ' } else { character }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_read_as_more_than_text_becomes_an_entity() {
        assert_eq!(escaped("a \"b\" <c>"), "a #34;b#34; #60;c#62;");
        assert_eq!(escaped("1. first"), "1#46; first");
        assert_eq!(escaped("- x-y 1.5"), "#45; x-y 1.5");
    }
}
