//! Steps for columns.

use crate::engine::compare::{Aspect, Change};
use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, DropKind, Op};
use crate::engine::schema::{
    Column, Ident, ObjectKind, ObjectName, Schema, TableName, without_modifier,
};

use super::{Phase, Plan, Step};
use super::{again, defined, keys};

/// A column as a statement makes it: one whose default is a sequence of its own is a serial one, and its
/// comment is a statement of its own, but to MySQL.
pub(super) fn made(schema: &Schema, table: &TableName, column: &Column) -> Column {
    let mut made = column.clone();
    if schema.dialect != Dialect::MySql {
        made.comment = None;
    }
    if is_serial(schema, table, column) {
        made.data_type = made.data_type.map(|integer| match integer.as_str() {
            "bigint" => "bigserial".to_owned(),
            "smallint" => "smallserial".to_owned(),
            _ => "serial".to_owned(),
        });
        made.default = None;
    }
    made
}

/// Whether the server would have made this default and its sequence by itself.
fn is_serial(schema: &Schema, table: &TableName, column: &Column) -> bool {
    if !column.default.as_ref().is_some_and(|default| default.starts_with("nextval(")) {
        return false;
    }
    let name = Ident::exact(format!("{}_{}_seq", table.name, column.name));
    let sequence = TableName { schema: table.schema.clone(), name };
    let owner = schema.sequences.get(&sequence).and_then(Option::as_ref);
    let is_owned = owner == Some(&(table.clone(), column.name.clone()));
    let default = format!("nextval('{}'::regclass)", sequence.quoted().replace('\'', "''"));
    let is_integer = matches!(column.data_type.as_deref(), Some("integer" | "bigint" | "smallint"));
    let options = ObjectName::plain(ObjectKind::Sequence, sequence.clone());
    let options = schema.objects.get(&options).map(|object| object.definition.as_str());
    let usual = format!("AS {}", column.data_type.as_deref().unwrap_or_default());
    let is_integer = is_integer && options.is_none_or(|options| options == usual);
    let fits = sequence.name.as_str().len() <= 63;
    is_owned && is_integer && fits && column.default.as_deref() == Some(default.as_str())
}

/// A sequence of another name, which nobody makes along with its column.
pub(super) fn own_sequence(plan: &mut Plan<'_>, table: &TableName, column: &Column) {
    if column.identity.is_some() || is_serial(plan.to, table, column) {
        return;
    }
    let owner = (table.clone(), column.name.clone());
    let owned: Vec<TableName> = plan.owned.by(table, column).cloned().collect();
    for name in owned {
        if !plan.from.sequences.contains_key(&name) {
            plan.add(Phase::Make, Op::CreateOther { kind: DropKind::Sequence, name: name.clone() });
            defined::sequence_options(plan, &name);
            plan.add(Phase::Key, Op::OwnSequence { sequence: name, owner: Some(owner.clone()) });
        }
    }
}

/// The step that makes a column an identity column by a sequence of another name than the server gives, or
/// with options of its own.
pub(super) fn named_identity(plan: &Plan<'_>, table: &TableName, column: &Column) -> Vec<Op> {
    let Some(identity) = column.identity else { return Vec::new() };
    let usual = format!("{}_{}_seq", table.name, column.name);
    let Some(sequence) = plan.owned.by(table, column).next().cloned() else { return Vec::new() };
    let name = ObjectName::plain(ObjectKind::Sequence, sequence.clone());
    let options = plan.to.objects.get(&name).map(|object| object.definition.clone());
    if sequence.name.as_str() == usual && options.is_none() {
        return Vec::new();
    }
    let (table, column) = (table.clone(), column.name.clone());
    let identity = Some(identity);
    let mut ops = vec![Op::SetIdentity { table, column, identity, sequence: Some(sequence) }];
    ops.extend(options.map(|definition| Op::Define { name, definition }));
    ops
}

pub(super) fn add(plan: &mut Plan<'_>, table: &TableName, column: &Column) {
    if column.data_type.is_none() {
        plan.missing(format!("column `{table}.{}`, whose type is not known", column.name));
        return;
    }
    own_sequence(plan, table, column);
    let mut made = made(plan.to, table, column);
    if again::counts_later(plan, table, column) {
        made.identity = None;
    }
    let needs_value = !made.nullable
        && made.default.is_none()
        && made.generated.is_none()
        && made.identity.is_none()
        && !made.data_type.as_deref().is_some_and(|text| text.ends_with("serial"));
    let op = Op::AddColumn { table: table.clone(), column: made, if_not_exists: false };
    let phase = if column.generated.is_some() { Phase::Computed } else { Phase::Column };
    if needs_value {
        plan.noted(phase, op, "fails on a table with rows: they have no value for it");
    } else {
        plan.add(phase, op);
    }
    if column.comment.is_some() && plan.to.dialect != Dialect::MySql {
        comment(plan, table, &column.name, column.comment.clone());
    }
}

pub(super) fn remove(plan: &mut Plan<'_>, table: &TableName, column: &Column) {
    let loses = format!("column `{table}.{}` with its values", column.name);
    let op = Op::DropColumn {
        table: table.clone(),
        column: column.name.clone(),
        if_exists: false,
        cascade: false,
    };
    plan.losing(Phase::DropColumn, op, loses);
}

pub(super) fn comment(
    plan: &mut Plan<'_>,
    table: &TableName,
    column: &Ident,
    comment: Option<String>,
) {
    let (table, column) = (table.clone(), column.clone());
    plan.add(Phase::Comment, Op::SetComment { table, column, comment });
}

/// Steps for one aspect. Those of one column stand in the order in which the server takes them: its default
/// away, the type, NOT NULL, identity, and the default again.
pub(super) fn change(
    plan: &mut Plan<'_>,
    table: &TableName,
    (from, to): (&Column, &Column),
    aspect: Aspect,
) {
    let of_expression = changes(plan, table, to, Aspect::Generated);
    let computed = from.generated.is_some() || to.generated.is_some();
    let by_whole = plan.to.dialect == Dialect::Sqlite;
    if !by_whole && (of_expression || (computed && changes(plan, table, to, Aspect::Type))) {
        if aspect == Aspect::Generated || (aspect == Aspect::Type && !of_expression) {
            rebuild(plan, table, (from, to));
        }
        return;
    }
    if again::column(plan, table, (from, to), aspect) {
        return;
    }
    let (owner, column) = (table.clone(), to.name.clone());
    match aspect {
        Aspect::Type => change_type(plan, table, from, to),
        Aspect::Nullable if to.nullable => {
            plan.add(Phase::Alter, Op::DropNotNull { table: owner, column });
        }
        Aspect::Nullable => {
            let op = Op::SetNotNull { table: owner, column };
            plan.noted(Phase::Alter, op, "fails while a row has NULL");
        }
        // A change of the type brings the default along.
        Aspect::Default if changes(plan, table, to, Aspect::Type) => {}
        // So does one from a sequence to an identity, or back.
        Aspect::Default if changes(plan, table, to, Aspect::Identity) => {}
        Aspect::Default => plan.add(Phase::Alter, default_op(table, to)),
        Aspect::Identity => identity(plan, table, (from, to)),
        // A change of the type brings the collation along.
        Aspect::Collation if changes(plan, table, to, Aspect::Type) => {}
        Aspect::Collation if to.data_type.is_none() => {
            plan.missing(format!("the collation of `{table}.{}`", to.name));
        }
        Aspect::Collation => {
            let to_type = to.data_type.clone();
            let op = Op::AlterColumnType { table: owner, column, to: to_type, using: None };
            let note = "writes the indexes on it anew, under a lock that stops reads and writes";
            plan.detailed(Phase::Alter, op, collated(to), Some(note));
        }
        Aspect::Comment => comment(plan, table, &to.name, to.comment.clone()),
        Aspect::Also => plan.missing(format!("the attributes of `{table}.{}`", to.name)),
        Aspect::Generated => {}
    }
}

/// Makes a column an identity column, or an ordinary one. A sequence that it has goes, and with it how far
/// the numbers have come.
fn identity(plan: &mut Plan<'_>, table: &TableName, (from, to): (&Column, &Column)) {
    let (own, column) = (table.clone(), to.name.clone());
    let of = |schema| Owned::of(schema).by(table, to).cloned().collect::<Vec<TableName>>();
    let (old, new) = (of(plan.from), of(plan.to));
    let usual = format!("{}_{}_seq", table.name, to.name);
    let named = new.iter().find(|_| to.identity.is_some()).filter(|n| n.name.as_str() != usual);
    let sequence = named.cloned();
    let op = Op::SetIdentity { table: own.clone(), column, identity: to.identity, sequence };
    if from.identity.is_some() && to.identity.is_some() {
        plan.add(Phase::Alter, op);
        return;
    }
    let loses = old.first().map(|name| format!("how far sequence `{name}` has counted"));
    if from.identity.is_none() {
        if from.default.is_some() {
            let op = Op::DropDefault { table: own, column: to.name.clone() };
            plan.part_of(Phase::Alter, op, loses.clone());
        }
        for name in &old {
            let (kind, name) = (DropKind::Sequence, name.to_string());
            let op = Op::DropOther { kind, name, cascade: false };
            plan.part_of(Phase::Alter, op, loses.clone());
        }
        plan.part_of(Phase::Alter, op, loses);
        return;
    }
    plan.part_of(Phase::Alter, op, loses.clone());
    for name in new {
        let owner = Some((own.clone(), to.name.clone()));
        let make = Op::CreateOther { kind: DropKind::Sequence, name: name.clone() };
        plan.part_of(Phase::Alter, make, loses.clone());
        plan.part_of(Phase::Alter, Op::OwnSequence { sequence: name, owner }, loses.clone());
    }
    if to.default.is_some() {
        plan.part_of(Phase::Alter, default_op(table, to), loses);
    }
}

/// Sequences, in the order of the columns that own them.
#[derive(Debug)]
pub(super) struct Owned<'a>(Vec<(&'a (TableName, Ident), &'a TableName)>);

impl<'a> Owned<'a> {
    pub fn of(schema: &'a Schema) -> Self {
        let owned =
            schema.sequences.iter().filter_map(|(name, owner)| Some((owner.as_ref()?, name)));
        let mut owned: Vec<_> = owned.collect();
        crate::ordered::sort(&mut owned);
        Self(owned)
    }

    /// The sequences that a column owns.
    fn by(&self, table: &TableName, column: &Column) -> impl Iterator<Item = &'a TableName> {
        let is_before = |owner: &(TableName, Ident)| (&owner.0, &owner.1) < (table, &column.name);
        let from = self.0.partition_point(|(owner, _)| is_before(owner));
        let rest = self.0.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(owner, _)| &owner.0 == table && owner.1 == column.name)
            .map(|(_, name)| *name)
    }
}

pub(super) fn default_op(table: &TableName, to: &Column) -> Op {
    let (table, column) = (table.clone(), to.name.clone());
    match to.default.clone() {
        Some(default) => Op::SetDefault { table, column, default },
        None => Op::DropDefault { table, column },
    }
}

fn changes(plan: &Plan<'_>, table: &TableName, column: &Column, wanted: Aspect) -> bool {
    plan.differences.iter().any(|one| {
        &one.object == table
            && matches!(&one.change, Change::ColumnChanged { to, aspect, .. }
                if to.name == column.name && *aspect == wanted)
    })
}

/// What a statement about a column's type says of its collation.
fn collated(to: &Column) -> Vec<Detail> {
    let said = |collation: &String| Detail::Collation(to.name.clone(), Some(collation.clone()));
    to.collation.iter().map(said).collect()
}

fn change_type(plan: &mut Plan<'_>, table: &TableName, from: &Column, to: &Column) {
    let (owner, column) = (table.clone(), to.name.clone());
    let (Some(old), Some(new)) = (&from.data_type, &to.data_type) else { return };
    let (using, loses) = conversion(old, new);
    let loses = loses.map(|what| format!("{what} in `{table}.{}`", to.name));
    let becomes_identity = changes(plan, table, to, Aspect::Identity);
    if from.default.is_some() && !becomes_identity {
        let op = Op::DropDefault { table: owner.clone(), column: column.clone() };
        plan.part_of(Phase::Alter, op, loses.clone());
    }
    let name = column.quoted();
    let using = using.map(|through| format!("{name}{through}::{new}"));
    let op = Op::AlterColumnType { table: owner, column, to: Some(new.clone()), using };
    match loses {
        Some(_) => plan.steps.push((
            Phase::Alter,
            Step { loses: loses.clone(), with: collated(to), ..Step::new(op) },
        )),
        None => {
            let note = "rewrites the table unless the server knows the values to be the same";
            plan.detailed(Phase::Alter, op, collated(to), Some(note));
        }
    }
    if to.default.is_some() && !becomes_identity {
        plan.part_of(Phase::Alter, default_op(table, to), loses);
    }
}

/// Whether a column is dropped and made again, with all that hangs on it.
pub(super) fn is_rebuilt(plan: &Plan<'_>, table: &TableName, name: &Ident) -> bool {
    let of = |schema: &Schema| schema.tables.get(table)?.column(name).cloned();
    let (Some(from), Some(to)) = (of(plan.from), of(plan.to)) else { return false };
    let is_computed = from.generated.is_some() || to.generated.is_some();
    if plan.to.dialect == Dialect::Sqlite {
        return false;
    }
    changes(plan, table, &to, Aspect::Generated)
        || (is_computed && changes(plan, table, &to, Aspect::Type))
        || feeds(plan, table, &from)
}

/// Whether a computed column speaks of one whose type changes, which the server refuses to change then.
fn feeds(plan: &Plan<'_>, table: &TableName, computed: &Column) -> bool {
    let Some(expression) = &computed.generated else { return false };
    if plan.to.dialect == Dialect::Sqlite {
        return false;
    }
    plan.differences.iter().any(|one| {
        &one.object == table
            && matches!(&one.change, Change::ColumnChanged { to, aspect: Aspect::Type, .. }
                if expression.columns.contains(&to.name))
    })
}

/// Computed columns that stay the same and stand in the way of a change of a type.
pub(super) fn renew_computed(plan: &mut Plan<'_>) {
    let mut renewed = Vec::new();
    for (table, found) in &plan.from.tables {
        let Some(after) = plan.to.tables.get(table) else { continue };
        for column in found.columns.iter().filter(|column| feeds(plan, table, column)) {
            let changed = |aspect| changes(plan, table, column, aspect);
            let rebuilt = changed(Aspect::Generated) || changed(Aspect::Type);
            let new = after.column(&column.name).filter(|_| !rebuilt);
            renewed.push((table.clone(), column.clone(), new.cloned()));
        }
    }
    for (table, column, new) in renewed {
        if let Some(new) = new {
            rebuild(plan, &table, (&column, &new));
        }
        plan.drop_early(&table, &column);
    }
}

/// How values of one type become values of another: the casts that have to be spelled out, `None` where the
/// server casts by itself, and what it then cuts or rounds without a word. A cast that is spelled out cuts
/// where one that is not fails, so none is written that is not needed (PostgreSQL's `pg_cast`).
fn conversion(old: &str, new: &str) -> (Option<&'static str>, Option<&'static str>) {
    let (old_base, new_base) = (without_modifier(old), without_modifier(new));
    let (from, to) = (family(&old_base), family(&new_base));
    let has_modifier = new_base != new;
    match (from, to) {
        _ if old_base == new_base => match from {
            Family::Decimal | Family::Moment | Family::Day if has_modifier => {
                (None, Some("digits that the new type has no room for"))
            }
            _ => (None, None),
        },
        (_, Family::Text) => (None, None),
        (Family::Text, _) => (Some(""), None),
        (Family::Decimal, Family::Integer) => (None, Some("decimals")),
        (Family::Integer | Family::Decimal, Family::Integer | Family::Decimal) => (None, None),
        (Family::Moment, Family::Day) => (None, Some("the time of day")),
        (Family::Moment | Family::Day, Family::Moment | Family::Day) => (None, None),
        (Family::Json, Family::Json) => (None, None),
        _ => (Some("::text"), None),
    }
}

/// Types between which the server casts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Integer,
    Decimal,
    Text,
    Moment,
    Day,
    Json,
    Other,
}

pub(super) fn family(base: &str) -> Family {
    match base {
        "integer" | "bigint" | "smallint" => Family::Integer,
        "numeric" | "real" | "double precision" => Family::Decimal,
        "text" | "character varying" | "bpchar" => Family::Text,
        "date" => Family::Day,
        "json" | "jsonb" => Family::Json,
        _ if base.starts_with("timestamp") || base.starts_with("datetime") => Family::Moment,
        _ => elsewhere(base),
    }
}

/// Of words that are no names of PostgreSQL's types: `text[]` and `interval` are nobody's kin.
fn elsewhere(base: &str) -> Family {
    match base.split([' ', '(']).next().unwrap_or_default() {
        "int" | "tinyint" | "mediumint" => Family::Integer,
        "char" | "varchar" | "nchar" | "nvarchar" | "clob" | "tinytext" | "mediumtext"
        | "longtext"
            if !base.ends_with(']') =>
        {
            Family::Text
        }
        "decimal" | "double" | "float" => Family::Decimal,
        _ => Family::Other,
    }
}

/// The server changes no column into a computed one, nor its expression: it is dropped and made again, with
/// all that hangs on it.
fn rebuild(plan: &mut Plan<'_>, table: &TableName, (from, to): (&Column, &Column)) {
    let loses = match from.generated.is_some() {
        true => format!("the values of `{table}.{}`, which are computed again", from.name),
        false => format!("column `{table}.{}` with its values", from.name),
    };
    let owner = table.clone();
    let column = from.name.clone();
    let drop = Op::DropColumn { table: owner.clone(), column, if_exists: false, cascade: true };
    plan.losing(Phase::Rebuild, drop, loses.clone());
    let made = made(plan.to, table, to);
    let add = Op::AddColumn { table: owner.clone(), column: made, if_not_exists: false };
    plan.losing(Phase::Rebuild, add, loses.clone());
    if to.comment.is_some() {
        let (column, comment) = (to.name.clone(), to.comment.clone());
        let op = Op::SetComment { table: owner.clone(), column, comment };
        plan.losing(Phase::Rebuild, op, loses.clone());
    }
    let (constraints, indexes) = keys::hanging_on(plan.to, table, &to.name);
    for one in constraints {
        let op = Op::AddConstraint {
            table: owner.clone(),
            name: one.name,
            kind: one.kind,
            validated: true,
        };
        plan.losing(Phase::Rebuild, op, loses.clone());
    }
    for index in indexes {
        let op = Op::CreateIndex {
            table: owner.clone(),
            index,
            if_not_exists: false,
            concurrently: false,
        };
        plan.losing(Phase::Rebuild, op, loses.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_a_span_of_time_are_no_kin_of_texts_and_numbers() {
        for base in ["text[]", "integer[]", "character varying[]", "interval", "point", "int4range"]
        {
            assert_eq!(family(base), Family::Other, "{base}");
        }
        assert_eq!(family("character varying"), family("longtext"));
        assert_eq!(family("int unsigned"), family("bigint"));
    }
}
