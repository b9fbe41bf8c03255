//! What an argument of Alembic's commands means (alembic.md 2.5): `head`, `heads`, `base`, an id or the
//! beginning of one, a label, `label@head`, and steps up and down from any of them.

use super::graph::{Graph, RevisionIx};
use super::order::{RevisionSet, ancestors};

/// Characters that a key must have before the beginning of it is enough.
const KEY_CHARS_FOR_PREFIX: usize = 4;

/// Why Alembic does not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Several heads for an argument that means one.
    MultipleHeads { argument: String },
    /// No revision, or more than one, begins so; also a label that is not there.
    NotFound { argument: String },
    /// Alembic's own sentence.
    Sentence(String),
    /// The argument is no way up, or down, from the rows.
    NotOnTheWay,
    /// A bare `AssertionError`, often without a word.
    Assertion(&'static str),
    /// A bare `KeyError`.
    Key(String),
}

/// The command that is refused: the words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Show,
    Upgrade,
    Downgrade,
    Stamp,
}

impl Refused {
    /// Returns the class of Python's exception.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Assertion(_) => "AssertionError",
            Self::Key(_) => "KeyError",
            _ => "CommandError",
        }
    }

    /// Returns what Alembic prints when a command is called with an argument.
    pub fn message(&self, command: Command, asked: &str) -> String {
        match self {
            Self::MultipleHeads { .. } if command == Command::Stamp => {
                "Multiple heads are present; please specify a single target revision".to_owned()
            }
            Self::MultipleHeads { argument } => {
                let argument = if command == Command::Show { argument } else { asked };
                format!(
                    "Multiple head revisions are present for given argument '{argument}'; please \
                     specify a specific target revision, '<branchname>@{argument}' to narrow to a \
                     specific head, or 'heads' for all heads"
                )
            }
            Self::NotFound { argument } => {
                format!("Can't locate revision identified by '{argument}'")
            }
            Self::Sentence(text) => text.clone(),
            Self::NotOnTheWay => {
                let way = if command == Command::Downgrade { "downgrade" } else { "upgrade" };
                format!("Destination {asked} is not a valid {way} target from current head(s)")
            }
            Self::Assertion(text) => (*text).to_owned(),
            Self::Key(key) => format!("'{key}'"),
        }
    }
}

/// Where an argument or a walk leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    At(RevisionIx),
    /// Below the first revision.
    Base,
    /// Past the end of the graph.
    Beyond,
}

/// Returns what an argument stands for; empty for `base`.
pub fn revisions(graph: &Graph, argument: &str) -> Result<Vec<Place>, Refused> {
    let (ids, label) = names(graph, argument)?;
    if let [id] = ids.as_slice()
        && let Ok(steps) = id.parse::<i64>()
        && steps < 0
    {
        let labelled = |ix: &RevisionIx| {
            label
                .as_ref()
                .is_none_or(|label| graph.node(*ix).is_some_and(|node| node.labels.contains(label)))
        };
        let heads = graph.real_heads.iter().copied().filter(labelled);
        return heads.map(|head| walk(graph, Some(head), steps, None)).collect();
    }
    ids.iter().map(|id| identified(graph, id, label.as_deref()).map(Place::At)).collect()
}

/// Returns where a schema is asked for: what [`revisions`] finds, with steps up and down from it as
/// `alembic upgrade` takes them; empty for `base`.
pub fn target(graph: &Graph, argument: &str) -> Result<Vec<RevisionIx>, Refused> {
    let places = match relative(argument) {
        None => revisions(graph, argument)?,
        Some(way) => {
            let symbol = way.symbol.unwrap_or(if way.steps < 0 { "head" } else { "base" });
            let start = match way.label {
                Some(label) => revision(graph, &format!("{label}@{symbol}"))?,
                None => revision(graph, symbol)?,
            };
            vec![walk(graph, start, way.steps, way.label.filter(|_| way.steps > 0))?]
        }
    };
    let at = |place: Place| match place {
        Place::At(ix) => Some(Ok(ix)),
        Place::Base => None,
        Place::Beyond => Some(Err(Refused::NotFound { argument: argument.to_owned() })),
    };
    places.into_iter().filter_map(at).collect()
}

/// Returns the one revision that an argument stands for, `None` for `base`.
pub fn revision(graph: &Graph, argument: &str) -> Result<Option<RevisionIx>, Refused> {
    let (ids, label) = names(graph, argument)?;
    match ids.as_slice() {
        [] => {
            label.map(|label| branch(graph, &label)).transpose()?;
            Ok(None)
        }
        [id] => identified(graph, id, label.as_deref()).map(Some),
        _ => Err(Refused::MultipleHeads { argument: argument.to_owned() }),
    }
}

/// The ids that an argument means before they are looked up, and its label.
fn names(graph: &Graph, argument: &str) -> Result<(Vec<String>, Option<String>), Refused> {
    let (label, id) = match argument.split_once('@') {
        Some((label, id)) => (Some(label), id),
        None => (None, argument),
    };
    let label_of_own = label.filter(|label| !label.is_empty());
    let ids_of = |all: &[RevisionIx]| all.iter().map(|ix| id_of(graph, *ix)).collect::<Vec<_>>();
    let ids = match id {
        "heads" => match label_of_own {
            Some(label) => ids_of(&sharing(graph, &graph.heads, label, Edges::Versioned)?),
            None => ids_of(&graph.real_heads),
        },
        "head" => {
            let (heads, argument) = match label_of_own {
                Some(label) => {
                    let heads = sharing(graph, &graph.heads, label, Edges::Versioned)?;
                    (heads, format!("{label}@head"))
                }
                None => (graph.heads.clone(), "head".to_owned()),
            };
            if heads.len() > 1 {
                return Err(Refused::MultipleHeads { argument });
            }
            ids_of(&heads)
        }
        "base" | "" => Vec::new(),
        id => vec![id.to_owned()],
    };
    Ok((ids, label_of_own.map(str::to_owned)))
}

fn id_of(graph: &Graph, ix: RevisionIx) -> String {
    graph.node(ix).map(|node| node.id.clone()).unwrap_or_default()
}

/// The revision that a label, an id or the beginning of one names.
pub(super) fn branch(graph: &Graph, label: &str) -> Result<RevisionIx, Refused> {
    identified(graph, label, None)
}

fn identified(graph: &Graph, id: &str, label: Option<&str>) -> Result<RevisionIx, Refused> {
    let branch = label.map(|label| branch(graph, label)).transpose()?;
    let family = branch.map(|ix| related(graph, &[ix], Edges::Versioned));
    let is_member = |ix: RevisionIx| family.as_ref().is_none_or(|family| family.contains(ix));
    let not_found = || Refused::NotFound { argument: id.to_owned() };
    let found = match graph.find(id) {
        Some(ix) => ix,
        None => {
            let mut keys = graph
                .keys_from(id)
                .filter(|(key, _)| key.chars().count() >= KEY_CHARS_FOR_PREFIX)
                .filter(|(_, ix)| is_member(*ix));
            match (keys.next(), keys.next()) {
                (Some((_, ix)), None) => ix,
                _ => return Err(not_found()),
            }
        }
    };
    if is_member(found) { Ok(found) } else { Err(not_found()) }
}

/// Which edges make two revisions relatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    Versioned,
    All,
}

/// Those of `among` that share lineage with what `argument` means; all of them where it means nothing.
pub(super) fn sharing(
    graph: &Graph,
    among: &[RevisionIx],
    argument: &str,
    edges: Edges,
) -> Result<Vec<RevisionIx>, Refused> {
    let (ids, label) = names(graph, argument)?;
    let tests: Vec<RevisionIx> =
        label.iter().chain(&ids).map(|id| identified(graph, id, None)).collect::<Result<_, _>>()?;
    if tests.is_empty() {
        return Ok(among.to_vec());
    }
    let family = related(graph, &tests, edges);
    Ok(among.iter().copied().filter(|ix| family.contains(*ix)).collect())
}

/// Revisions with everything above and below them.
fn related(graph: &Graph, of: &[RevisionIx], edges: Edges) -> RevisionSet {
    let mut family = descendants(graph, of, edges);
    let mut stack = of.to_vec();
    let mut seen = RevisionSet::new(graph.nodes.len());
    while let Some(ix) = stack.pop() {
        if !seen.insert(ix) {
            continue;
        }
        family.insert(ix);
        if let Some(node) = graph.node(ix) {
            stack.extend(&node.parents);
            if edges == Edges::All {
                stack.extend(&node.normal_dependencies);
            }
        }
    }
    family
}

/// Revisions with everything that follows them.
pub(super) fn descendants(graph: &Graph, of: &[RevisionIx], edges: Edges) -> RevisionSet {
    let mut seen = RevisionSet::new(graph.nodes.len());
    let mut stack = of.to_vec();
    while let Some(ix) = stack.pop() {
        if seen.insert(ix)
            && let Some(node) = graph.node(ix)
        {
            match edges {
                Edges::Versioned => stack.extend(&node.children),
                Edges::All => stack.extend(&node.all_children),
            }
        }
    }
    seen
}

/// Goes up or down, one versioned edge a step. `None` is below the first revision.
pub(super) fn walk(
    graph: &Graph,
    from: Option<RevisionIx>,
    steps: i64,
    label: Option<&str>,
) -> Result<Place, Refused> {
    let mut at = from.map_or(Place::Beyond, Place::At);
    // More steps than revisions lead out of the graph, or round a cycle for ever.
    let bound = u64::try_from(graph.nodes.len()).unwrap_or(u64::MAX).saturating_add(2);
    for _ in 0..steps.unsigned_abs().min(bound) {
        let mut next: Vec<RevisionIx> = match (at, steps > 0) {
            (Place::At(ix), true) => graph.node(ix).map(|n| n.children.clone()).unwrap_or_default(),
            (Place::At(ix), false) => {
                let node = graph.node(ix);
                if node.is_some_and(|node| node.is_merge_point) {
                    return Err(Refused::Sentence("Ambiguous walk".to_owned()));
                }
                let parents = node.map(|node| node.parents.clone()).unwrap_or_default();
                if parents.is_empty() {
                    at = Place::Base;
                    continue;
                }
                parents
            }
            (Place::Beyond, true) => graph.bases.clone(),
            (Place::Beyond, false) => graph.heads.clone(),
            (Place::Base, _) => Vec::new(),
        };
        if steps > 0
            && let Some(label) = label
        {
            next = sharing(graph, &next, label, Edges::Versioned)?;
        }
        at = match next.as_slice() {
            [] => return Ok(Place::Beyond),
            [one] => Place::At(*one),
            _ => return Err(Refused::Sentence("Ambiguous walk".to_owned())),
        };
    }
    Ok(at)
}

/// `label@symbol+2` in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relative<'a> {
    pub label: Option<&'a str>,
    pub symbol: Option<&'a str>,
    /// The sign and digits as written.
    pub text: &'a str,
    pub steps: i64,
}

/// Splits a relative argument. Alembic looks at its beginning alone, so more may follow.
pub(super) fn relative(argument: &str) -> Option<Relative<'_>> {
    let labels = argument.match_indices('@').filter(|(at, _)| *at > 0);
    let labelled = labels.filter_map(|(at, _)| {
        let (label, rest) = (argument.get(..at)?, argument.get(at + 1..)?);
        relative_to(rest).map(|found| Relative { label: Some(label), ..found })
    });
    labelled.into_iter().next().or_else(|| relative_to(argument))
}

fn relative_to(text: &str) -> Option<Relative<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c: char| !is_word(c))?;
    let (symbol, rest) = (text.get(..end)?, text.get(end..)?);
    let digits = rest.strip_prefix(['+', '-'])?;
    let count = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let text = rest.get(..count + 1).filter(|_| count > 0)?;
    let magnitude = digits.get(..count)?.parse().unwrap_or(i64::MAX);
    let steps = if rest.starts_with('-') { -magnitude } else { magnitude };
    Some(Relative { label: None, symbol: (!symbol.is_empty()).then_some(symbol), text, steps })
}

/// Revisions of several rows; a row that no file has is refused.
pub(super) fn rows(graph: &Graph, rows: &[&str]) -> Result<Vec<RevisionIx>, Refused> {
    let mut found = Vec::new();
    for row in rows {
        for place in revisions(graph, row)? {
            match place {
                Place::At(ix) => found.push(ix),
                Place::Base | Place::Beyond => return Err(Refused::Assertion("")),
            }
        }
    }
    Ok(found)
}

/// Returns what `alembic current` shows for these rows: the tips of all that is applied, by versioned
/// edges. Not the content of the version table.
pub fn current(graph: &Graph, rows_held: &[&str]) -> Result<Vec<RevisionIx>, Refused> {
    let held = rows(graph, rows_held)?;
    let applied = ancestors(graph, &held);
    let is_tip = |ix: &RevisionIx| {
        let mut above = descendants(graph, &[*ix], Edges::Versioned);
        above.remove(*ix);
        !graph.all().any(|other| above.contains(other) && applied.contains(other))
    };
    Ok(graph.all().filter(|ix| applied.contains(*ix)).filter(is_tip).collect())
}
