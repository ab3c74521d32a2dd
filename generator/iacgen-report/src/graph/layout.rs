//! Places for everything that is drawn. `dagre` lays out one block at a time, from the inside out.

use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

use super::model::{Block, Diagram, Edge, EdgeKind, Node};
use super::route::{self, Label, Route};
use super::text::{width, wrapped};

/// Sizes of text, in pixels.
pub(super) const KIND_SIZE: f64 = 10.5;
pub(super) const NAME_SIZE: f64 = 14.0;
pub(super) const DETAIL_SIZE: f64 = 12.0;
pub(super) const EDGE_SIZE: f64 = 11.0;

/// The heights of lines of text, in pixels.
pub(super) const KIND_LINE: f64 = 15.0;
pub(super) const NAME_LINE: f64 = 18.0;
pub(super) const DETAIL_LINE: f64 = 16.0;
pub(super) const EDGE_LINE: f64 = 14.0;

/// The space around the text of a box, above and to the left, and where the text begins behind the icon.
pub(super) const PADDING: f64 = 12.0;
pub(super) const ICON: f64 = 28.0;
pub(super) const TEXT_LEFT: f64 = PADDING + ICON + 10.0;

/// How much wider bold text is.
const BOLD: f64 = 1.15;
const LEAST_WIDTH: f64 = 150.0;
const MOST_TEXT: f64 = 230.0;
const MOST_LABEL: f64 = 170.0;
/// The space around the blocks in a container, and between two branches.
const CONTAINER_PADDING: f64 = 22.0;
const BRANCH_GAP: f64 = 36.0;
const TERMINAL: f64 = 52.0;
const ENTRY: f64 = 9.0;
const MARGIN: f64 = 20.0;
const NODE_GAP: f64 = 40.0;
const EDGE_GAP: f64 = 18.0;
const RANK_GAP: f64 = 56.0;

/// A rectangle; `y` grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    fn centred(x: f64, y: f64, size: Size) -> Self {
        Self { x: x - size.width / 2.0, y: y - size.height / 2.0, width: size.width, height: size.height }
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(super) fn middle(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    pub(super) fn shift(&mut self, x: f64, y: f64) {
        self.x += x;
        self.y += y;
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Size {
    width: f64,
    height: f64,
}

/// The picture with every place, in pixels from its upper left corner.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Containers stand before what they hold.
    pub(super) shapes: Vec<Shape<'a>>,
    pub(super) routes: Vec<Route<'a>>,
}

/// Something with a place of its own.
#[derive(Debug, Clone)]
pub(super) struct Shape<'a> {
    pub(super) rect: Rect,
    /// How many containers it stands in.
    pub(super) depth: usize,
    pub(super) figure: Figure<'a>,
}

#[derive(Debug, Clone)]
pub(super) enum Figure<'a> {
    /// Where the execution starts.
    Start,
    /// Where it ends.
    End,
    /// Where a container's block is entered.
    Entry,
    /// A state, with its text as it is broken into lines.
    State { node: &'a Node, lines: Lines },
}

/// The text of a box.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub(super) name: Vec<String>,
    pub(super) details: Vec<String>,
    /// The width of the badge that tells of retries.
    pub(super) badge: Option<f64>,
}

/// A block with its places, from its own upper left corner.
#[derive(Debug)]
struct Laid<'a> {
    size: Size,
    shapes: Vec<Shape<'a>>,
    routes: Vec<Route<'a>>,
}

/// A vertex of the graph that `dagre` sees.
struct Vertex<'a> {
    size: Size,
    figure: Figure<'a>,
    inside: Option<Laid<'a>>,
}

/// An edge of the graph that `dagre` sees, between the indices of vertices.
struct Link<'a> {
    from: usize,
    to: usize,
    edge: Option<&'a Edge>,
    lines: Vec<String>,
}

/// Gives everything its place.
pub(super) fn plan(diagram: &Diagram) -> Plan<'_> {
    let mut laid = block(&diagram.block, 0);
    shift(&mut laid, MARGIN, MARGIN);
    Plan {
        width: laid.size.width + 2.0 * MARGIN,
        height: laid.size.height + 2.0 * MARGIN,
        shapes: laid.shapes,
        routes: laid.routes,
    }
}

fn block(block: &Block, depth: usize) -> Laid<'_> {
    let mut vertices: Vec<Vertex<'_>> = Vec::new();
    let mut links: Vec<Link<'_>> = Vec::new();
    let round = |side: f64| Size { width: side, height: side };
    let entered = usize::from(block.first.is_some());
    if let Some(first) = block.first {
        let (figure, side) = if depth == 0 { (Figure::Start, TERMINAL) } else { (Figure::Entry, ENTRY) };
        vertices.push(Vertex { size: round(side), figure, inside: None });
        links.push(Link { from: 0, to: first + 1, edge: None, lines: Vec::new() });
    }
    vertices.extend(block.nodes.iter().map(|node| vertex(node, depth)));
    links.extend(block.edges.iter().map(|edge| Link {
        from: edge.from + entered,
        to: edge.to + entered,
        edge: Some(edge),
        lines: label_lines(edge),
    }));
    if depth == 0 && block.nodes.iter().any(|node| node.ends) {
        let end = vertices.len();
        vertices.push(Vertex { size: round(TERMINAL), figure: Figure::End, inside: None });
        let ending = block.nodes.iter().enumerate().filter(|(_, node)| node.ends);
        links.extend(ending.map(|(at, _)| Link {
            from: at + entered,
            to: end,
            edge: None,
            lines: Vec::new(),
        }));
    }
    place(vertices, links, depth)
}

/// The text of an edge: a choice is taken for any of its conditions, a catch for any of its errors.
fn label_lines(edge: &Edge) -> Vec<String> {
    let between = if edge.kind == EdgeKind::Catch { ", " } else { " or " };
    wrapped(&edge.labels.join(between), EDGE_SIZE, MOST_LABEL, 3)
}

fn vertex(node: &Node, depth: usize) -> Vertex<'_> {
    let inside = node.is_container().then(|| side_by_side(node, depth + 1));
    let room = inside.as_ref().map_or(0.0, |laid| laid.size.width + 2.0 * CONTAINER_PADDING);
    let text_room = MOST_TEXT.max(room - TEXT_LEFT - PADDING);
    let badge = node.retries.as_ref().map(|text| width(text, KIND_SIZE) + 16.0);
    let lines = Lines {
        name: wrapped(&node.name, NAME_SIZE * BOLD, text_room, 3),
        details: node
            .details
            .iter()
            .take(3)
            .flat_map(|detail| wrapped(detail, DETAIL_SIZE, text_room, if inside.is_some() { 2 } else { 1 }))
            .collect(),
        badge,
    };
    let widest = lines
        .name
        .iter()
        .map(|line| width(line, NAME_SIZE * BOLD))
        .chain(lines.details.iter().map(|line| width(line, DETAIL_SIZE)))
        .chain([width(&node.label, KIND_SIZE) + badge.map_or(0.0, |badge| badge + 12.0)])
        .fold(0.0, f64::max);
    let mut size =
        Size { width: (TEXT_LEFT + widest + PADDING).max(LEAST_WIDTH).max(room), height: head(&lines) };
    if let Some(laid) = &inside {
        size.height += laid.size.height + CONTAINER_PADDING;
    }
    Vertex { size, figure: Figure::State { node, lines }, inside }
}

/// The height of a box without what it holds.
#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn head(lines: &Lines) -> f64 {
    let text = KIND_LINE + NAME_LINE * lines.name.len() as f64 + DETAIL_LINE * lines.details.len() as f64;
    text.max(ICON) + 2.0 * PADDING - 3.0
}

/// Lays out the blocks of a container, one beside the other in their order.
fn side_by_side(node: &Node, depth: usize) -> Laid<'_> {
    let mut all = Laid { size: Size { width: 0.0, height: 0.0 }, shapes: Vec::new(), routes: Vec::new() };
    for (at, inner) in node.blocks.iter().enumerate() {
        let mut laid = block(inner, depth);
        let left = all.size.width + if at == 0 { 0.0 } else { BRANCH_GAP };
        shift(&mut laid, left, 0.0);
        all.size.width = left + laid.size.width;
        all.size.height = all.size.height.max(laid.size.height);
        all.shapes.append(&mut laid.shapes);
        all.routes.append(&mut laid.routes);
    }
    all
}

fn place<'a>(vertices: Vec<Vertex<'a>>, links: Vec<Link<'a>>, depth: usize) -> Laid<'a> {
    let mut graph = Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for (index, vertex) in vertices.iter().enumerate() {
        let label =
            NodeLabel { width: vertex.size.width, height: vertex.size.height, ..NodeLabel::default() };
        graph.set_node(index.to_string(), Some(label));
    }
    for (index, link) in links.iter().enumerate() {
        let size = label_size(&link.lines);
        let (width, height) = if link.from == link.to {
            (size.width + route::LOOP + EDGE_GAP, size.height.max(1.0))
        } else {
            (size.width, size.height)
        };
        let label = EdgeLabel {
            width,
            height,
            // The way that an execution takes when all goes well is drawn straight.
            weight: match link.edge.map(|edge| edge.kind) {
                None | Some(EdgeKind::Next) => 4,
                Some(EdgeKind::Choice) => 2,
                Some(EdgeKind::Catch) => 1,
            },
            labelpos: LabelPos::Center,
            ..EdgeLabel::default()
        };
        let name = index.to_string();
        graph.set_edge(link.from.to_string(), link.to.to_string(), Some(label), Some(&name));
    }
    let options =
        LayoutOptions { nodesep: NODE_GAP, edgesep: EDGE_GAP, ranksep: RANK_GAP, ..LayoutOptions::default() };
    dagre::layout(&mut graph, Some(options));

    let rects: Vec<Rect> = vertices
        .iter()
        .enumerate()
        .map(|(index, vertex)| {
            let (x, y) = graph
                .node(&index.to_string())
                .and_then(|label| Some((label.x?, label.y?)))
                .unwrap_or_default();
            Rect::centred(x, y, vertex.size)
        })
        .collect();
    let wires: Vec<route::Wire<'a>> = links
        .into_iter()
        .enumerate()
        .map(|(index, link)| {
            let found = graph.edge(&link.from.to_string(), &link.to.to_string(), Some(&index.to_string()));
            let points: Vec<(f64, f64)> = found
                .map(|label| label.points.iter().map(|point| (point.x, point.y)).collect())
                .unwrap_or_default();
            let size = label_size(&link.lines);
            let label = found.filter(|_| !link.lines.is_empty()).and_then(|label| Some((label.x?, label.y?)));
            route::Wire {
                from: link.from,
                to: link.to,
                edge: link.edge,
                // The ends are dagre's crossings with the boxes; the ways that we draw begin at places of their own.
                bends: points.get(1..points.len().saturating_sub(1)).unwrap_or_default().to_vec(),
                label: label.map(|(x, y)| Label { rect: Rect::centred(x, y, size), lines: link.lines }),
            }
        })
        .collect();
    let routes = route::routes(&rects, wires);
    gather(vertices, &rects, routes, depth)
}

/// Puts the vertices at their places and moves all so that it begins at the upper left corner.
fn gather<'a>(vertices: Vec<Vertex<'a>>, rects: &[Rect], routes: Vec<Route<'a>>, depth: usize) -> Laid<'a> {
    let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
    let (mut right, mut bottom) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for rect in rects.iter().copied().chain(routes.iter().flat_map(Route::extent)) {
        left = left.min(rect.x);
        top = top.min(rect.y);
        right = right.max(rect.right());
        bottom = bottom.max(rect.bottom());
    }
    if vertices.is_empty() {
        (left, top, right, bottom) = (0.0, 0.0, 0.0, 0.0);
    }
    let mut laid =
        Laid { size: Size { width: right - left, height: bottom - top }, shapes: Vec::new(), routes };
    for (vertex, rect) in vertices.into_iter().zip(rects.iter().copied()) {
        laid.shapes.push(Shape { rect, depth, figure: vertex.figure });
        if let Some(mut inside) = vertex.inside {
            let x = rect.x + (rect.width - inside.size.width) / 2.0;
            let y = rect.bottom() - CONTAINER_PADDING - inside.size.height;
            shift(&mut inside, x, y);
            laid.shapes.append(&mut inside.shapes);
            laid.routes.append(&mut inside.routes);
        }
    }
    shift(&mut laid, -left, -top);
    laid
}

fn shift(laid: &mut Laid<'_>, x: f64, y: f64) {
    for shape in &mut laid.shapes {
        shape.rect.shift(x, y);
    }
    for route in &mut laid.routes {
        route.shift(x, y);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn label_size(lines: &[String]) -> Size {
    if lines.is_empty() {
        return Size { width: 0.0, height: 0.0 };
    }
    let widest = lines.iter().map(|line| width(line, EDGE_SIZE)).fold(0.0, f64::max);
    Size { width: widest + 10.0, height: EDGE_LINE * lines.len() as f64 + 6.0 }
}
