//! The layout's promises (ux.md CH-01 to CH-03, CH-12) over random chains.

use crate::ordered::{Map, Set};

use super::*;
use crate::sketch::{self, Dice, Shape, Sketch};
use crate::wire::{ChainRevision, Changes};

fn view(sketches: &[Sketch]) -> ChainView {
    let revisions = sketches
        .iter()
        .map(|sketch| ChainRevision {
            id: sketch.id.clone(),
            down: sketch.down.clone(),
            depends_on: sketch.depends_on.clone(),
            labels: sketch.labels.clone(),
            message: None,
            create_date: Some(sketch.date.clone()),
            file: format!("versions/{}.py", sketch.id),
            line: 1,
            is_head: false,
            is_base: false,
            is_branch_point: false,
            is_merge_point: false,
            changes: Changes::default(),
            downgrade: None,
        })
        .collect();
    ChainView {
        root: String::new(),
        revisions,
        heads: Vec::new(),
        bases: Vec::new(),
        order: Vec::new(),
        problems: Vec::new(),
        ignored: Vec::new(),
        notes: Vec::new(),
        resembles: Vec::new(),
        changed: Vec::new(),
        from_output: false,
    }
}

fn name(view: &ChainView, row: &Row) -> String {
    match &row.kind {
        RowKind::Revision(ix) => view.revisions[*ix].id.clone(),
        RowKind::Ghost(id) => format!("({id})"),
    }
}

/// The layout without indices into the view, which depend on the order of its revisions.
fn placeless(view: &ChainView) -> String {
    let layout = layout(view);
    let rows: Vec<String> = layout
        .rows
        .iter()
        .map(|row| format!("{} {} {:?}\n", name(view, row), row.lane, row.edges))
        .collect();
    format!("{}{:?}{:?}{}", rows.concat(), layout.arcs, layout.cycles, layout.lanes)
}

fn shape(seed: u64) -> Shape {
    let count = 5 + (seed as usize * 7) % 80;
    if seed.is_multiple_of(2) { Shape::sound(count) } else { Shape::broken(count) }
}

#[test]
fn order_is_topological_and_does_not_depend_on_the_input() {
    for seed in 0..1000 {
        let mut sketches = sketch::chain(seed, shape(seed));
        let first = view(&sketches);
        let rows = layout(&first).rows;
        let place: Map<String, usize> =
            rows.iter().enumerate().map(|(n, row)| (name(&first, row), n)).collect();
        assert_eq!(place.len(), rows.len(), "seed {seed}: one row each");
        if seed.is_multiple_of(2) {
            for sketch in &sketches {
                for parent in sketch.down.iter().chain(&sketch.depends_on) {
                    assert!(place[&sketch.id] < place[parent], "seed {seed}: {}", sketch.id);
                }
            }
        }
        let before = placeless(&first);
        Dice::new(seed).shuffle(&mut sketches);
        assert_eq!(before, placeless(&view(&sketches)), "seed {seed}");
    }
}

#[test]
fn edges_are_whole_and_meet_no_other_node() {
    for seed in 0..1000 {
        let sketches = sketch::chain(seed, shape(seed));
        let view = view(&sketches);
        let layout = layout(&view);
        // Lanes that edges run in between a row and the next, by the row each leads to.
        let mut open: Map<usize, usize> = Map::new();
        for (at, row) in layout.rows.iter().enumerate() {
            let mut next = Map::new();
            let mut entered = Set::new();
            for edge in &row.edges {
                match edge.course {
                    Course::Through { lane } => {
                        assert_ne!(lane, row.lane, "seed {seed}: an edge runs through a node");
                        assert_eq!(open.get(&lane), Some(&edge.parent), "seed {seed}");
                        entered.insert(lane);
                        next.insert(lane, edge.parent);
                    }
                    Course::In { lane } => {
                        assert_eq!((edge.parent, lane), (at, row.lane), "seed {seed}");
                        assert_eq!(open.get(&lane), Some(&at), "seed {seed}");
                        entered.insert(lane);
                    }
                    Course::Out { lane } => {
                        let other = next.insert(lane, edge.parent);
                        assert!(other.is_none_or(|row| row == edge.parent), "seed {seed}");
                    }
                }
            }
            assert_eq!(entered, open.keys().copied().collect(), "seed {seed}: an edge breaks off");
            open = next;
        }
        assert_eq!(open, Map::new(), "seed {seed}: an edge leads nowhere");
        assert_edges(seed, &view, &layout);
    }
}

/// Every parent that is written is drawn, as an edge or in the margin.
fn assert_edges(seed: u64, view: &ChainView, layout: &Layout) {
    let written: usize = view
        .revisions
        .iter()
        .map(|revision| {
            let all: Set<&String> = revision.down.iter().chain(&revision.depends_on).collect();
            all.len()
        })
        .sum();
    let outs = layout
        .rows
        .iter()
        .flat_map(|row| &row.edges)
        .filter(|edge| matches!(edge.course, Course::Out { .. }))
        .count();
    assert_eq!(outs + layout.arcs.len(), written, "seed {seed}");
}

#[test]
fn lanes_are_few() {
    for seed in 0..1000 {
        let sketches = sketch::chain(seed, shape(seed));
        let layout = layout(&view(&sketches));
        let concurrent = |row: &Row| {
            let parents: Set<usize> = row
                .edges
                .iter()
                .filter(|edge| !matches!(edge.course, Course::In { .. }))
                .map(|edge| edge.parent)
                .collect();
            parents.len()
        };
        let widest = layout.rows.iter().map(concurrent).max().unwrap_or_default();
        assert!(layout.lanes <= widest + 1, "seed {seed}: {} > {widest} + 1", layout.lanes);
    }
    let line = Shape { branches: 0, merges: 0, dependencies: 0, ..Shape::sound(500) };
    assert_eq!(layout(&view(&sketch::chain(1, line))).lanes, 1);
}

#[test]
fn a_missing_id_has_one_row_directly_below_its_lowest_child() {
    let mut ghosts = 0;
    for seed in 0..1000 {
        let sketches = sketch::chain(seed, Shape::broken(40));
        let view = view(&sketches);
        let layout = layout(&view);
        let place: Map<String, usize> =
            layout.rows.iter().enumerate().map(|(n, row)| (name(&view, row), n)).collect();
        for (at, row) in layout.rows.iter().enumerate() {
            let RowKind::Ghost(id) = &row.kind else { continue };
            let children = sketches.iter().filter(|sketch| sketch.down.contains(id));
            let lowest = children.map(|sketch| place[&sketch.id]).max().unwrap();
            assert!(lowest < at, "seed {seed}");
            let between = &layout.rows[lowest + 1..at];
            let all_ghosts = between.iter().all(|row| matches!(row.kind, RowKind::Ghost(_)));
            assert!(all_ghosts, "seed {seed}: {id}");
            ghosts += 1;
        }
    }
    assert!(ghosts > 1000);
}

#[test]
fn cycles_are_marked_and_do_not_loop() {
    let sketch = |id: &str, down: &[&str]| Sketch {
        id: id.to_owned(),
        down: down.iter().map(|id| (*id).to_owned()).collect(),
        depends_on: Vec::new(),
        labels: Vec::new(),
        date: String::new(),
    };
    let view = view(&[
        sketch("a", &[]),
        sketch("b", &["a", "c"]),
        sketch("c", &["b"]),
        sketch("d", &["c"]),
        sketch("e", &["e"]),
    ]);
    let layout = layout(&view);
    let names: Vec<String> = layout.rows.iter().map(|row| name(&view, row)).collect();
    assert_eq!(names.join(" "), "d c b a e");
    assert_eq!(layout.cycles, [[1, 2]]);
    let arcs: Vec<_> = layout.arcs.iter().map(|arc| (arc.upper, arc.lower, arc.kind)).collect();
    assert_eq!(arcs, [(1, 2, ArcKind::Back), (4, 4, ArcKind::Loop)]);
}
