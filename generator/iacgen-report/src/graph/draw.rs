//! The SVG.

use std::fmt::Write;

use super::icon;
use super::layout::{
    DETAIL_LINE, DETAIL_SIZE, EDGE_LINE, EDGE_SIZE, Figure, ICON, KIND_LINE, KIND_SIZE, Lines, NAME_LINE,
    NAME_SIZE, PADDING, Rect, Shape, TEXT_LEFT, plan,
};
use super::model::{Diagram, EdgeKind, Node};
use super::route::{LOOP, Route, Stretch, Way};
use super::text::xml;
use super::words;

/// The style sheet, for light and dark.
const STYLE: &str = include_str!("picture.css");

/// How far under the top of its line a text of a size stands, in sizes.
const ASCENT: f64 = 0.95;

/// Draws the diagram as an SVG document: readable in light and dark, without fonts or scripts, with a title and a
/// description for who cannot see it.
pub fn svg(diagram: &Diagram) -> String {
    let plan = plan(diagram);
    let mut out = Svg { text: String::new() };
    let (width, height) = (Number(plan.width), Number(plan.height));
    out.line(format_args!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="iacgen-graph" role="img" aria-labelledby="iacgen-title iacgen-about" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#
    ));
    out.line(format_args!(r#"<title id="iacgen-title">{}</title>"#, xml(&diagram.title)));
    out.line(format_args!(r#"<desc id="iacgen-about">{}</desc>"#, xml(&words::description(diagram))));
    out.line(format_args!("<style>\n{STYLE}</style>"));
    out.line(format_args!("<defs>"));
    for (id, class) in [("iacgen-head", "head"), ("iacgen-catch", "head catch")] {
        out.line(format_args!(
            r#"<marker id="{id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="{class}" d="M0.5 0.5 9.5 5 0.5 9.5Z"/></marker>"#
        ));
    }
    out.line(format_args!("</defs>"));
    out.line(format_args!(r#"<rect class="page" width="{width}" height="{height}" rx="10"/>"#));
    for shape in &plan.shapes {
        out.shape(shape);
    }
    for route in &plan.routes {
        out.route(route);
    }
    for route in &plan.routes {
        out.label(route);
    }
    out.line(format_args!("</svg>"));
    out.text
}

/// A number as it is written: rounded to a tenth, so that no last bit of a computation shows.
#[derive(Clone, Copy)]
struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 10.0).round() / 10.0;
        // Zero has no sign.
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

struct Svg {
    text: String,
}

impl Svg {
    fn line(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = self.text.write_fmt(arguments);
        self.text.push('\n');
    }

    fn shape(&mut self, shape: &Shape<'_>) {
        let (x, y) = shape.rect.middle();
        let radius = Number(shape.rect.width / 2.0);
        match &shape.figure {
            Figure::Start | Figure::End => {
                let name = if matches!(shape.figure, Figure::Start) { "Start" } else { "End" };
                let (left, top) = (Number(x), Number(y));
                self.line(format_args!(r#"<circle class="terminal" cx="{left}" cy="{top}" r="{radius}"/>"#));
                let baseline = Number(y + 4.2);
                self.line(format_args!(
                    r#"<text class="terminal-name" x="{left}" y="{baseline}">{name}</text>"#
                ));
            }
            Figure::Entry => {
                let (left, top) = (Number(x), Number(y));
                self.line(format_args!(r#"<circle class="entry" cx="{left}" cy="{top}" r="{radius}"/>"#));
            }
            Figure::State { node, lines } => self.state(shape, node, lines),
        }
    }

    fn state(&mut self, shape: &Shape<'_>, node: &Node, lines: &Lines) {
        let Rect { x, y, width, height } = shape.rect;
        let container = match (node.is_container(), shape.depth % 2) {
            (false, _) => "",
            (true, 0) => " container odd",
            (true, _) => " container",
        };
        self.line(format_args!(r#"<g class="{}{container}">"#, icon::class(node.kind)));
        let whole: Vec<&str> = [node.label.as_str(), &node.name]
            .into_iter()
            .chain(node.details.iter().map(String::as_str))
            .collect();
        self.line(format_args!("<title>{}</title>", xml(&whole.join("\n").replace('\n', " · "))));
        self.line(format_args!(
            r#"<rect class="frame" x="{}" y="{}" width="{}" height="{}" rx="8"/>"#,
            Number(x),
            Number(y),
            Number(width),
            Number(height)
        ));
        self.icon(node, x + PADDING, y + PADDING);
        let left = x + TEXT_LEFT;
        let mut top = y + PADDING - 1.0;
        self.words("kind", left, top + KIND_SIZE * ASCENT, &node.label);
        if let (Some(badge), Some(retries)) = (lines.badge, &node.retries) {
            let right = x + width - PADDING + 2.0;
            self.line(format_args!(
                r#"<rect class="badge" x="{}" y="{}" width="{}" height="16" rx="8"/>"#,
                Number(right - badge),
                Number(top - 2.5),
                Number(badge)
            ));
            self.words("times", right - badge + 8.0, top + KIND_SIZE * ASCENT - 0.8, retries);
        }
        top += KIND_LINE;
        for line in &lines.name {
            self.words("name", left, top + NAME_SIZE * ASCENT, line);
            top += NAME_LINE;
        }
        for line in &lines.details {
            self.words("detail", left, top + DETAIL_SIZE * ASCENT, line);
            top += DETAIL_LINE;
        }
        self.line(format_args!("</g>"));
    }

    fn icon(&mut self, node: &Node, x: f64, y: f64) {
        let (left, top) = (Number(x), Number(y));
        self.line(format_args!(
            r#"<rect class="icon" x="{left}" y="{top}" width="{ICON}" height="{ICON}" rx="6"/>"#
        ));
        let inset = (ICON - 20.0) / 2.0;
        self.line(format_args!(
            r#"<path class="glyph" transform="translate({} {})" d="{}"/>"#,
            Number(x + inset),
            Number(y + inset),
            icon::strokes(node.kind)
        ));
    }

    fn words(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.line(format_args!(
            r#"<text class="{class}" x="{}" y="{}">{}</text>"#,
            Number(x),
            Number(y),
            xml(text)
        ));
    }

    fn route(&mut self, route: &Route<'_>) {
        let (class, head) =
            if is_catch(route) { ("edge catch", "iacgen-catch") } else { ("edge", "iacgen-head") };
        self.line(format_args!(
            r#"<path class="{class}" marker-end="url(#{head})" d="{}"/>"#,
            path(&route.way)
        ));
    }

    fn label(&mut self, route: &Route<'_>) {
        let Some(label) = &route.label else { return };
        let Rect { x, y, width, height } = label.rect;
        let class = if is_catch(route) { "when catch" } else { "when" };
        self.line(format_args!("<g>"));
        if let Some(edge) = route.edge {
            self.line(format_args!("<title>{}</title>", xml(&edge.labels.join(" · "))));
        }
        self.line(format_args!(
            r#"<rect class="label" x="{}" y="{}" width="{}" height="{}" rx="4"/>"#,
            Number(x),
            Number(y),
            Number(width),
            Number(height)
        ));
        let mut baseline = y + 3.0 + EDGE_SIZE * ASCENT;
        for line in &label.lines {
            self.words(class, x + width / 2.0, baseline, line);
            baseline += EDGE_LINE;
        }
        self.line(format_args!("</g>"));
    }
}

fn is_catch(route: &Route<'_>) -> bool {
    route.edge.is_some_and(|edge| edge.kind == EdgeKind::Catch)
}

/// The data of an SVG path.
fn path(way: &Way) -> String {
    match way {
        Way::Stretches(stretches) => through(stretches),
        Way::Loop { x, from_y, to_y } => {
            let (side, out) = (Number(*x), Number(x + LOOP * 1.2));
            let (start, end) = (Number(*from_y), Number(*to_y));
            format!("M{side} {start}C{out} {start} {out} {end} {side} {end}")
        }
    }
}

fn through(stretches: &[Stretch]) -> String {
    let mut path = String::new();
    let mut last: Option<&Stretch> = None;
    for stretch in stretches {
        let (x, from, to) = (Number(stretch.x), Number(stretch.from_y), Number(stretch.to_y));
        match last {
            None => {
                let _ = write!(path, "M{x} {from}");
            }
            Some(last) if (last.x - stretch.x).abs() < 0.05 => {}
            Some(last) => {
                let middle = Number(f64::midpoint(last.to_y, stretch.from_y));
                let _ = write!(
                    path,
                    "V{}C{} {middle} {x} {middle} {x} {from}",
                    Number(last.to_y),
                    Number(last.x)
                );
            }
        }
        if (stretch.to_y - stretch.from_y).abs() > 0.05 {
            let _ = write!(path, "V{to}");
        }
        last = Some(stretch);
    }
    path
}
