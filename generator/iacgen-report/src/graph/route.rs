//! The ways of edges: straight down or up beside boxes, and curves only in the gaps between ranks, where no box is.

use super::layout::Rect;
use super::model::Edge;

/// How far the loop of an edge from a state to itself stands out.
pub(super) const LOOP: f64 = 30.0;

/// The length of an edge's straight end, for its arrowhead.
const HEAD: f64 = 9.0;

/// The least distance between two edges on one side of a box, where there is room.
const PORT_GAP: f64 = 18.0;

/// The distance of edges from a box's corners.
const PORT_INSET: f64 = 24.0;

/// An edge as `dagre` gives it.
pub(super) struct Wire<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) edge: Option<&'a Edge>,
    /// Where it passes a rank between its ends.
    pub(super) bends: Vec<(f64, f64)>,
    pub(super) label: Option<Label>,
}

/// The text on an edge.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) rect: Rect,
    pub(super) lines: Vec<String>,
}

/// An edge with its way. An edge from the start or to the end has no edge of the model.
#[derive(Debug, Clone)]
pub(super) struct Route<'a> {
    pub(super) edge: Option<&'a Edge>,
    pub(super) way: Way,
    pub(super) label: Option<Label>,
}

#[derive(Debug, Clone)]
pub(super) enum Way {
    /// Straight stretches, joined by curves.
    Stretches(Vec<Stretch>),
    /// From a state to itself: the right side of its box, and where on it the loop starts and ends.
    Loop { x: f64, from_y: f64, to_y: f64 },
}

/// A vertical line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    pub(super) x: f64,
    pub(super) from_y: f64,
    pub(super) to_y: f64,
}

impl Route<'_> {
    pub(super) fn shift(&mut self, x: f64, y: f64) {
        match &mut self.way {
            Way::Stretches(stretches) => {
                for stretch in stretches {
                    stretch.x += x;
                    stretch.from_y += y;
                    stretch.to_y += y;
                }
            }
            Way::Loop { x: side, from_y, to_y } => {
                *side += x;
                *from_y += y;
                *to_y += y;
            }
        }
        if let Some(label) = &mut self.label {
            label.rect.shift(x, y);
        }
    }

    /// Rectangles that hold all of it.
    pub(super) fn extent(&self) -> Vec<Rect> {
        let mut rects: Vec<Rect> = self.label.iter().map(|label| label.rect).collect();
        match &self.way {
            Way::Stretches(stretches) => rects.extend(stretches.iter().map(|stretch| Rect {
                x: stretch.x,
                y: stretch.from_y.min(stretch.to_y),
                width: 0.0,
                height: (stretch.from_y - stretch.to_y).abs(),
            })),
            Way::Loop { x, from_y, to_y } => {
                rects.push(Rect { x: *x, y: *from_y, width: LOOP, height: to_y - from_y });
            }
        }
        rects
    }
}

/// The side of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Top,
    Bottom,
}

/// Where an edge touches a box.
struct Touch {
    wire: usize,
    is_start: bool,
    /// Where the edge would like to touch.
    x: f64,
}

/// Finds the ways of all edges of a block whose boxes have their places.
pub(super) fn routes<'a>(rects: &[Rect], wires: Vec<Wire<'a>>) -> Vec<Route<'a>> {
    let bands = bands(rects, &wires);
    let mut ends = vec![(0.0, 0.0); wires.len()];
    for (index, rect) in rects.iter().enumerate() {
        for side in [Side::Top, Side::Bottom] {
            let touches = touches(index, side, rects, &wires);
            for (touch, x) in touches.iter().zip(ports(rect, &touches)) {
                let end = &mut ends[touch.wire];
                if touch.is_start {
                    end.0 = x;
                } else {
                    end.1 = x;
                }
            }
        }
    }
    wires
        .into_iter()
        .zip(ends)
        .map(|(wire, ends)| {
            let way = if wire.from == wire.to {
                loop_at(&rects[wire.from])
            } else {
                way(rects, &bands, &wire, ends)
            };
            let mut label = wire.label;
            if let (Way::Loop { x, .. }, Some(label)) = (&way, &mut label) {
                label.rect.x = x + LOOP;
            }
            Route { edge: wire.edge, way, label }
        })
        .collect()
}

/// The ranks: their middles and half their heights.
fn bands(rects: &[Rect], wires: &[Wire<'_>]) -> Vec<(f64, f64)> {
    let labels = wires.iter().filter_map(|wire| wire.label.as_ref().map(|label| &label.rect));
    let mut bands: Vec<(f64, f64)> = Vec::new();
    for rect in rects.iter().chain(labels) {
        let (_, middle) = rect.middle();
        let half = rect.height / 2.0;
        match bands.iter_mut().find(|(y, _)| (y - middle).abs() < 0.5) {
            Some(band) => band.1 = band.1.max(half),
            None => bands.push((middle, half)),
        }
    }
    bands
}

fn touches(index: usize, side: Side, rects: &[Rect], wires: &[Wire<'_>]) -> Vec<Touch> {
    let mut touches = Vec::new();
    for (at, wire) in wires.iter().enumerate() {
        if wire.from == wire.to {
            continue;
        }
        let down = rects[wire.to].middle().1 > rects[wire.from].middle().1;
        let (start, end) = if down { (Side::Bottom, Side::Top) } else { (Side::Top, Side::Bottom) };
        if wire.from == index && start == side {
            let x = wire.bends.first().map_or(rects[wire.to].middle().0, |bend| bend.0);
            touches.push(Touch { wire: at, is_start: true, x });
        }
        if wire.to == index && end == side {
            let x = wire.bends.last().map_or(rects[wire.from].middle().0, |bend| bend.0);
            touches.push(Touch { wire: at, is_start: false, x });
        }
    }
    touches
}

/// Spreads edges over a side of a box: each as near as can be to where it comes from or goes to, in that order.
#[expect(clippy::cast_precision_loss, reason = "edges of one box")]
fn ports(rect: &Rect, touches: &[Touch]) -> Vec<f64> {
    let (middle, _) = rect.middle();
    if rect.width <= 2.0 * PORT_INSET + PORT_GAP {
        return vec![middle; touches.len()];
    }
    let (low, high) = (rect.x + PORT_INSET, rect.right() - PORT_INSET);
    let gap = PORT_GAP.min((high - low) / (touches.len() as f64));
    let mut order: Vec<usize> = (0..touches.len()).collect();
    order.sort_by(|a, b| touches[*a].x.total_cmp(&touches[*b].x).then(a.cmp(b)));
    let mut places = vec![middle; touches.len()];
    let mut least = low;
    for at in &order {
        places[*at] = touches[*at].x.clamp(low, high).max(least);
        least = places[*at] + gap;
    }
    let mut most = high;
    for at in order.iter().rev() {
        places[*at] = places[*at].min(most);
        most = places[*at] - gap;
    }
    places
}

fn loop_at(rect: &Rect) -> Way {
    let (_, y) = rect.middle();
    Way::Loop { x: rect.right(), from_y: y - 11.0, to_y: y + 11.0 }
}

fn way(rects: &[Rect], bands: &[(f64, f64)], wire: &Wire<'_>, ends: (f64, f64)) -> Way {
    let (from, to) = (&rects[wire.from], &rects[wire.to]);
    let down = to.middle().1 > from.middle().1;
    let sign = if down { 1.0 } else { -1.0 };
    let half = |y: f64| bands.iter().find(|(at, _)| (at - y).abs() < 0.5).map_or(0.0, |(_, half)| *half);
    let edge_of = |rect: &Rect, lower: bool| if lower { rect.bottom() } else { rect.y };

    let (_, start) = from.middle();
    let (_, end) = to.middle();
    let mut stretches =
        vec![Stretch { x: ends.0, from_y: edge_of(from, down), to_y: start + sign * half(start) }];
    stretches.extend(wire.bends.iter().map(|(x, y)| Stretch {
        x: *x,
        from_y: y - sign * half(*y),
        to_y: y + sign * half(*y),
    }));
    stretches.push(Stretch { x: ends.1, from_y: end - sign * (half(end) + HEAD), to_y: edge_of(to, !down) });
    Way::Stretches(stretches)
}
