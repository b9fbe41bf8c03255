//! What `upgrade`, `downgrade` and `stamp` would run and write (alembic.md 2.6, 2.7).

use super::graph::{Graph, RevisionIx};
use super::order::{self, RevisionSet, ancestors, versioned_ancestors};
use super::resolve::{self, Edges, Place, Refused, Relative, descendants, sharing};
use super::version_rows::{Step, VersionRows};

/// What a command does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Move {
    /// Revisions whose function runs, in the order in which they run.
    pub steps: Vec<RevisionIx>,
    /// What the version table holds afterwards, in file order.
    pub rows: Vec<RevisionIx>,
}

/// Returns what `alembic upgrade` does to a database with these version rows.
pub fn upgrade(graph: &Graph, rows: &[&str], to: &str) -> Result<Move, Refused> {
    let targets = upgrade_targets(graph, rows, to)?;
    overlaps(graph, &targets)?;
    let held = resolve::rows(graph, rows)?;
    overlaps(graph, &held)?;
    let steps = order::between(graph, &held, &targets);
    finish(graph, &held, steps, Step::Up)
}

/// Returns what `alembic downgrade` does to a database with these version rows.
pub fn downgrade(graph: &Graph, rows: &[&str], to: &str) -> Result<Move, Refused> {
    let (label, target) = downgrade_target(graph, rows, to)?;
    let mut roots: Vec<RevisionIx> = match target {
        None => graph.bases.clone(),
        Some(target) => graph.node(target).map(|node| node.children.clone()).unwrap_or_default(),
    };
    // Alembic counts a base once for its id and once more for each of its labels.
    let counted = match target {
        None => graph.keys_from("").filter(|(_, ix)| roots.contains(ix)).count(),
        Some(_) => roots.len(),
    };
    if let Some(label) = label
        && counted > 1
    {
        let family = versioned_ancestors(graph, resolve::branch(graph, &label)?);
        roots.retain(|root| family.contains(*root));
        if roots.is_empty() {
            let sentence = "Not a valid downgrade target from current heads";
            return Err(Refused::Sentence(sentence.to_owned()));
        }
    }
    let held = resolve::rows(graph, rows)?;
    let mut gone = descendants(graph, &roots, Edges::All);
    gone.intersect(&ancestors(graph, &held));
    let nothing = !graph.all().any(|ix| gone.contains(ix));
    if nothing && target.is_some_and(|target| !held.contains(&target)) {
        return Err(Refused::NotOnTheWay);
    }
    let steps = order::newest_first(graph, &gone, &held);
    finish(graph, &held, steps, Step::Down)
}

/// Returns the version rows after `alembic stamp`, which runs nothing.
pub fn stamp(graph: &Graph, rows: &[&str], to: &[&str]) -> Result<Vec<RevisionIx>, Refused> {
    let held = resolve::rows(graph, rows)?;
    let mut concerned: Vec<RevisionIx> = Vec::new();
    let to = if to.is_empty() { &["base"][..] } else { to };
    for argument in to {
        for head in sharing(graph, &held, argument, Edges::All)? {
            if !concerned.contains(&head) {
                concerned.push(head);
            }
        }
    }
    let mut targets = Vec::new();
    for argument in to {
        for place in resolve::revisions(graph, argument)? {
            match place {
                Place::At(ix) => targets.push(Some(ix)),
                Place::Base | Place::Beyond => return Err(Refused::Assertion("")),
            }
        }
    }
    if targets.is_empty() {
        targets.push(None);
    }
    let mut version = VersionRows::new(graph, &held);
    let mut steps: Vec<Stamp> = Vec::new();
    for target in targets {
        let Some(target) = target else {
            steps.extend(concerned.iter().map(|head| Stamp::Remove(*head)));
            continue;
        };
        if concerned.contains(&target) {
            continue;
        }
        let meets = |family: &RevisionSet| concerned.iter().any(|head| family.contains(*head));
        let below = meets(&ancestors(graph, &[target]));
        let above = meets(&descendants(graph, &[target], Edges::All));
        steps.push(match (above, below) {
            (true, true) => return Err(Refused::Assertion("")),
            (true, false) => Stamp::Down(concerned.clone(), target),
            (false, true) => Stamp::Up(concerned.clone(), target),
            (false, false) => Stamp::New(target),
        });
    }
    for step in steps {
        match step {
            Stamp::Remove(head) => version.remove(head)?,
            Stamp::New(target) => version.stamp_up(&[], target, true)?,
            Stamp::Up(from, target) => version.stamp_up(&from, target, false)?,
            Stamp::Down(from, target) => version.replace(&from, target)?,
        }
    }
    Ok(version.rows())
}

enum Stamp {
    Remove(RevisionIx),
    New(RevisionIx),
    Up(Vec<RevisionIx>, RevisionIx),
    Down(Vec<RevisionIx>, RevisionIx),
}

fn finish(
    graph: &Graph,
    held: &[RevisionIx],
    steps: Vec<RevisionIx>,
    direction: Step,
) -> Result<Move, Refused> {
    let mut version = VersionRows::new(graph, held);
    for step in &steps {
        version.apply(*step, direction)?;
    }
    Ok(Move { steps, rows: version.rows() })
}

/// A target, or row, that another one has already passed.
fn overlaps(graph: &Graph, all: &[RevisionIx]) -> Result<(), Refused> {
    let id = |ix: RevisionIx| graph.node(ix).map_or("", |node| node.id.as_str());
    for own in all {
        let below = ancestors(graph, &[*own]);
        let mut others: Vec<&str> =
            all.iter().filter(|ix| *ix != own && below.contains(**ix)).map(|ix| id(*ix)).collect();
        others.dedup();
        if !others.is_empty() {
            return Err(Refused::Sentence(format!(
                "Requested revision {} overlaps with other requested revisions {}",
                id(*own),
                others.join(", ")
            )));
        }
    }
    Ok(())
}

fn too_few(text: &str, steps: i64) -> Refused {
    let count = steps.unsigned_abs();
    Refused::Sentence(format!("Relative revision {text} didn't produce {count} migrations"))
}

/// Where an upgrade leads. A place outside of the graph is an `AssertionError` in Alembic.
fn upgrade_targets(graph: &Graph, rows: &[&str], to: &str) -> Result<Vec<RevisionIx>, Refused> {
    let places = match resolve::relative(to) {
        None => resolve::revisions(graph, to)?,
        Some(way) if way.steps > 0 => vec![upwards(graph, rows, &way)?],
        Some(way) => {
            let Some(symbol) = way.symbol else {
                return Err(too_few(&way.steps.to_string(), way.steps));
            };
            vec![resolve::walk(graph, start(graph, way.label, symbol)?, way.steps, None)?]
        }
    };
    let at = |place: Place| match place {
        Place::At(ix) => Ok(ix),
        Place::Base | Place::Beyond => Err(Refused::Assertion("")),
    };
    places.into_iter().map(at).collect()
}

fn start(graph: &Graph, label: Option<&str>, symbol: &str) -> Result<Option<RevisionIx>, Refused> {
    match label {
        Some(label) => resolve::revision(graph, &format!("{label}@{symbol}")),
        None => resolve::revision(graph, symbol),
    }
}

/// `+n`: from the one row, or from the one that a label narrows to.
fn upwards(graph: &Graph, rows: &[&str], way: &Relative<'_>) -> Result<Place, Refused> {
    if let Some(symbol) = way.symbol {
        let from = resolve::revision(graph, symbol)?;
        return resolve::walk(graph, from, way.steps, way.label);
    }
    let held = resolve::rows(graph, rows)?;
    let starts = match way.label {
        None => held,
        Some(label) => {
            let on_branch = sharing(graph, &held, label, Edges::Versioned)?;
            if on_branch.is_empty() { applied_tips(graph, &held, label)? } else { on_branch }
        }
    };
    let from = match starts.as_slice() {
        [] => None,
        [one] => Some(*one),
        _ => {
            let sentence = "Ambiguous upgrade from multiple current revisions";
            return Err(Refused::Sentence(sentence.to_owned()));
        }
    };
    match resolve::walk(graph, from, way.steps, way.label)? {
        Place::Beyond => Err(too_few(way.text, way.steps)),
        place => Ok(place),
    }
}

/// The newest of what is applied on a branch that no row stands on.
fn applied_tips(
    graph: &Graph,
    held: &[RevisionIx],
    label: &str,
) -> Result<Vec<RevisionIx>, Refused> {
    let applied = ancestors(graph, held);
    let applied: Vec<RevisionIx> = graph.all().filter(|ix| applied.contains(*ix)).collect();
    let active = sharing(graph, &applied, label, Edges::Versioned)?;
    let mut below = RevisionSet::new(graph.nodes.len());
    for parent in active.iter().flat_map(|ix| graph.normal_parents(*ix)) {
        below.insert(parent);
    }
    Ok(active.into_iter().filter(|ix| !below.contains(*ix)).collect())
}

/// The label that a downgrade is narrowed to, and the revision that stays; `None` for the base.
fn downgrade_target(
    graph: &Graph,
    rows: &[&str],
    to: &str,
) -> Result<(Option<String>, Option<RevisionIx>), Refused> {
    let Some(way) = resolve::relative(to) else {
        let (label, symbol) = match to.rsplit_once('@') {
            Some((label, symbol)) => (Some(label).filter(|label| !label.is_empty()), symbol),
            None => (None, to),
        };
        return Ok((label.map(str::to_owned), resolve::revision(graph, symbol)?));
    };
    let too_far = || Refused::Sentence("Walked too far".to_owned());
    if way.steps >= 0 {
        let Some(symbol) = way.symbol else { return Err(too_few(way.text, way.steps)) };
        let from = resolve::revision(graph, symbol)?;
        return match resolve::walk(graph, from, way.steps, way.label)? {
            Place::At(ix) => Ok((way.label.map(str::to_owned), Some(ix))),
            Place::Base => Ok((way.label.map(str::to_owned), None)),
            Place::Beyond => Err(too_far()),
        };
    }
    let (label, symbol) = match (way.symbol, way.label) {
        (Some(symbol), label) => (label.map(str::to_owned), symbol.to_owned()),
        (None, Some(label)) => (Some(label.to_owned()), row_on_branch(graph, rows, label)?),
        (None, None) => {
            let Some(first) = rows.first() else { return Err(too_few(way.text, way.steps)) };
            (Some((*first).to_owned()), (*first).to_owned())
        }
    };
    let from = start(graph, label.as_deref(), &symbol)?;
    match resolve::walk(graph, from, way.steps, None)? {
        Place::At(ix) => Ok((label, Some(ix))),
        Place::Base => Ok((label, None)),
        Place::Beyond if way.symbol.is_none() => Err(too_few(way.text, way.steps)),
        Place::Beyond => Err(too_far()),
    }
}

/// The one row of a branch, or what is applied of it for another branch's sake.
fn row_on_branch(graph: &Graph, rows: &[&str], label: &str) -> Result<String, Refused> {
    let held = resolve::rows(graph, rows)?;
    let mut found = sharing(graph, &held, label, Edges::Versioned)?;
    if found.is_empty() {
        found = sharing(graph, &resolve::current(graph, rows)?, label, Edges::Versioned)?;
    }
    match found.as_slice() {
        [one] => Ok(graph.node(*one).map(|node| node.id.clone()).unwrap_or_default()),
        _ => Err(Refused::Assertion("")),
    }
}
