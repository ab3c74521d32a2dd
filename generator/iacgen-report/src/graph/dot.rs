//! The diagram in the language of Graphviz.

use std::fmt::Write;

use super::icon;
use super::model::{Block, Diagram, EdgeKind, Kind, Node};

/// Writes the diagram for Graphviz's `dot`: containers are clusters, catches are dashed.
pub fn dot(diagram: &Diagram) -> String {
    let mut out = String::from("digraph workflow {\n");
    for attribute in [
        "compound=true",
        "fontname=\"Helvetica\"",
        "node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=12]",
        "edge [fontname=\"Helvetica\", fontsize=10]",
    ] {
        line(&mut out, 1, &format!("{attribute};"));
    }
    line(&mut out, 1, &format!("tooltip={};", quoted(&diagram.title)));
    block(&diagram.block, "", 1, &mut out);
    out.push_str("}\n");
    out
}

fn block(block: &Block, around: &str, depth: usize, out: &mut String) {
    let top = around.is_empty();
    let (start, end) = (format!("{around}start"), format!("{around}end"));
    if block.first.is_some() {
        let shape = if top { "shape=circle, label=\"Start\"" } else { "shape=point, label=\"\"" };
        line(out, depth, &format!("{start} [{shape}];"));
    }
    for node in &block.nodes {
        state(node, depth, out);
    }
    let ending: Vec<&Node> = block.nodes.iter().filter(|node| node.ends).collect();
    // A cluster is left from a point at its lower end, that nobody sees.
    let shape = if top { "shape=circle, label=\"End\"" } else { "shape=point, style=invis" };
    if !top || !ending.is_empty() {
        line(out, depth, &format!("{end} [{shape}];"));
    }
    if let Some(first) = block.first.and_then(|first| block.nodes.get(first)) {
        line(out, depth, &format!("{start} -> {}{};", entrance(first), attributes(None, Some(first), &[])));
    }
    for edge in &block.edges {
        let (Some(from), Some(to)) = (block.nodes.get(edge.from), block.nodes.get(edge.to)) else { continue };
        let between = if edge.kind == EdgeKind::Catch { ", " } else { " or " };
        let mut more = Vec::new();
        if !edge.labels.is_empty() {
            more.push(format!("label={}", quoted(&edge.labels.join(between))));
        }
        if edge.kind == EdgeKind::Catch {
            more.push("style=dashed, color=\"#bc4c00\"".to_owned());
        }
        let attributes = attributes(Some(from), Some(to), &more);
        line(out, depth, &format!("{} -> {}{attributes};", exit(from), entrance(to)));
    }
    for node in ending {
        let more = if top { Vec::new() } else { vec!["style=invis".to_owned()] };
        line(out, depth, &format!("{} -> {end}{};", exit(node), attributes(Some(node), None, &more)));
    }
}

/// The vertex that stands for a state where an edge enters it.
fn entrance(node: &Node) -> String {
    if node.is_container() { format!("{}_1_start", node.id) } else { node.id.clone() }
}

/// The vertex that stands for a state where an edge leaves it.
fn exit(node: &Node) -> String {
    if node.is_container() { format!("{}_1_end", node.id) } else { node.id.clone() }
}

fn attributes(from: Option<&Node>, to: Option<&Node>, more: &[String]) -> String {
    let mut all = more.to_vec();
    // An edge from a container to itself has no end outside of it.
    let same = from.is_some() && from.map(|node| &node.id) == to.map(|node| &node.id);
    for (word, node) in [("ltail", from), ("lhead", to)] {
        if let Some(node) = node.filter(|node| node.is_container() && !same) {
            all.push(format!("{word}=cluster_{}", node.id));
        }
    }
    if all.is_empty() { String::new() } else { format!(" [{}]", all.join(", ")) }
}

fn state(node: &Node, depth: usize, out: &mut String) {
    let mut lines = vec![node.label.as_str(), &node.name];
    lines.extend(node.details.iter().map(String::as_str));
    lines.extend(node.retries.as_deref());
    let label = quoted(&lines.join("\n"));
    if node.is_container() {
        line(out, depth, &format!("subgraph cluster_{} {{", node.id));
        line(out, depth + 1, &format!("label={label};"));
        line(out, depth + 1, "style=\"rounded,dashed\";");
        for (at, inner) in node.blocks.iter().enumerate() {
            block(inner, &format!("{}_{}_", node.id, at + 1), depth + 1, out);
        }
        line(out, depth, "}");
        return;
    }
    let style = match node.kind {
        Kind::Choice => ", shape=diamond, style=solid",
        Kind::Succeed => ", color=\"#1a7f37\"",
        Kind::Fail => ", color=\"#cf222e\"",
        _ => "",
    };
    let class = icon::class(node.kind);
    line(out, depth, &format!("{} [label={label}, class={class}{style}];", node.id));
}

fn line(out: &mut String, depth: usize, text: &str) {
    for _ in 0..depth {
        out.push_str("  ");
    }
    out.push_str(text);
    out.push('\n');
}

/// A quoted string, in which Graphviz reads escapes and entities.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '&' => quoted.push_str("&amp;"),
            character if character.is_control() => {
                let _ = write!(quoted, " ");
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted() {
        assert_eq!(quoted("a \"b\"\nc\\d & e"), r#""a \"b\"\nc\\d &amp; e""#);
    }
}
