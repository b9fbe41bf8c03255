//! Laws of comparisons and ways, on generated schemas.

use super::{Way, statements, way};
use crate::engine::compare::{Comparison, Side, compare, compare_renamed};
use crate::engine::op::{self, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, ForeignKey, Ident, Identity, Index, IndexPart, Schema,
    TableName,
};
use crate::engine::sql;
use crate::sketch::Dice;

/// Pairs that each law is tried on.
const PAIRS: u64 = 120;

const TYPES: &[(&str, &[&str])] = &[
    ("integer", &["0", "7", "'-1'::integer"]),
    ("bigint", &["'0'::bigint"]),
    ("text", &["'a'::text", "'it''s'::text"]),
    ("character varying(20)", &["'x'::character varying"]),
    ("character varying(40)", &[]),
    ("boolean", &["true", "false"]),
    ("timestamp with time zone", &["now()", "CURRENT_TIMESTAMP"]),
    ("numeric(8,2)", &["'0'::numeric", "1.50"]),
    ("jsonb", &["'{}'::jsonb"]),
    ("text[]", &["'{}'::text[]"]),
    ("uuid", &[]),
    ("mood", &["'sad'::mood"]),
];
const CHECKS: &[&str] = &["> 0", "IS NOT NULL", "BETWEEN 1 AND 9", "IN (1, 2, 3)"];

fn ident(text: impl Into<String>) -> Ident {
    Ident::exact(text)
}

fn run(schema: &mut Schema, op: &Op) {
    op::apply(schema, op).unwrap_or_else(|clash| panic!("{op:?}: {}", clash.text()));
}

/// A schema made from nothing.
fn schema(dice: &mut Dice) -> Schema {
    let mut made = Schema::default();
    let values = ["sad", "ok", "glad", "Über 'x'"];
    let values: Vec<String> =
        values.iter().take(1 + dice.roll(4)).map(|value| (*value).to_owned()).collect();
    run(
        &mut made,
        &Op::CreateEnum { name: TableName::plain(ident("mood")), values, if_not_exists: false },
    );
    for number in 0..5 {
        if dice.roll(4) > 0 {
            table(dice, &mut made, number);
        }
    }
    for _ in 0..dice.roll(6) {
        foreign_key(dice, &mut made);
    }
    made
}

fn table_name(number: usize) -> TableName {
    let names = ["person", "Order", "tool", "loan", "user"];
    let name = ident(*names.get(number).unwrap_or(&"t"));
    TableName { schema: (number == 3).then(|| ident("shed")), name }
}

fn table(dice: &mut Dice, made: &mut Schema, number: usize) {
    let name = table_name(number);
    let mut columns = vec![key_column(dice)];
    for column in ["a", "b", "c", "Name", "order"] {
        if dice.roll(3) > 0 {
            columns.push(any_column(dice, column));
        }
    }
    let mut constraints = Vec::new();
    if dice.roll(6) > 0 {
        let own = (dice.roll(3) == 0).then(|| ident(format!("pk_{}", name.name)));
        let key = ConstraintKind::PrimaryKey { columns: vec![ident("id")] };
        constraints.push(Constraint::new(own, key));
    }
    let op = Op::CreateTable {
        table: name.clone(),
        columns,
        constraints,
        if_not_exists: false,
        open: false,
    };
    run(made, &op);
    for _ in 0..dice.roll(4) {
        extra(dice, made, &name);
    }
}

fn key_column(dice: &mut Dice) -> Column {
    let types = ["integer", "serial", "bigserial", "integer"];
    let at = dice.roll(4);
    Column {
        name: ident("id"),
        data_type: Some(types[at].to_owned()),
        nullable: false,
        identity: (at == 3).then_some([Identity::Always, Identity::ByDefault][dice.roll(2)]),
        ..Column::default()
    }
}

fn any_column(dice: &mut Dice, name: &str) -> Column {
    let (data_type, defaults) = TYPES[dice.roll(TYPES.len())];
    let default = match dice.roll(2) {
        0 if !defaults.is_empty() => Some(defaults[dice.roll(defaults.len())].to_owned()),
        _ => None,
    };
    let comment = (dice.roll(6) == 0).then(|| format!("about '{name}' {}", dice.roll(3)));
    let computed = dice.roll(12) == 0;
    Column {
        name: ident(name),
        data_type: Some(if computed { "integer".to_owned() } else { data_type.to_owned() }),
        nullable: dice.roll(2) == 0,
        default: default.filter(|_| !computed),
        generated: computed.then(|| sql::expression(["id * 2", "id + 1"][dice.roll(2)])),
        comment,
        ..Column::default()
    }
}

/// A unique, a check or an index over a column that is there.
fn extra(dice: &mut Dice, made: &mut Schema, table: &TableName) {
    let columns = made.tables[table].columns.clone();
    let column = &columns[dice.roll(columns.len())];
    let of = |what: &str| format!("{what}_{}_{}", table.name, column.name);
    let own = column.name.clone();
    let is_number = matches!(column.data_type.as_deref(), Some("integer" | "bigint"));
    let named = |dice: &mut Dice, what: &str| (dice.roll(2) == 0).then(|| ident(of(what)));
    let plain = !matches!(column.data_type.as_deref(), Some("jsonb"));
    let (table, if_not_exists) = (table.clone(), false);
    let op = match dice.roll(3) {
        0 if plain => {
            let (name, kind) = (named(dice, "uq"), ConstraintKind::Unique { columns: vec![own] });
            Op::AddConstraint { table, name, kind, validated: true }
        }
        1 => {
            let at = dice.roll(if is_number { CHECKS.len() } else { 2 });
            let test = if is_number { CHECKS[at] } else { "IS NOT NULL" };
            let kind = ConstraintKind::Check(sql::expression(&format!("{} {test}", own.quoted())));
            Op::AddConstraint { table, name: named(dice, "ck"), kind, validated: true }
        }
        _ if plain => {
            let part = match dice.roll(3) {
                0 => IndexPart::Expression(sql::expression(&format!("{} DESC", own.quoted()))),
                _ => IndexPart::Column(own),
            };
            let filter = (dice.roll(3) == 0).then(|| sql::expression("id > 3"));
            let unique = dice.roll(3) == 0;
            let index = Index {
                name: named(dice, "ix"),
                parts: vec![part],
                unique,
                filter,
                ..Index::default()
            };
            Op::CreateIndex { table, index, if_not_exists, concurrently: false }
        }
        _ => return,
    };
    // A name that is taken already is tried by nobody.
    let _clash = op::apply(made, &op);
}

fn foreign_key(dice: &mut Dice, made: &mut Schema) {
    let names: Vec<TableName> = made.tables.keys().cloned().collect();
    let Some(from) = names.get(dice.roll(names.len())) else { return };
    let to = &names[dice.roll(names.len())];
    let target = &made.tables[to];
    let column = ident(format!("{}_id", to.name));
    let data_type = target.column(&ident("id")).and_then(|column| column.data_type.clone());
    if target.key().is_empty() || made.tables[from].column(&column).is_some() {
        return;
    }
    let added = Column { name: column.clone(), data_type, nullable: true, ..Column::default() };
    run(made, &Op::AddColumn { table: from.clone(), column: added, if_not_exists: false });
    let key = ForeignKey {
        columns: vec![column],
        ref_table: to.clone(),
        ref_columns: vec![ident("id")],
        on_delete: [None, Some("CASCADE".to_owned())][dice.roll(2)].clone(),
        on_update: None,
    };
    let name = (dice.roll(2) == 0).then(|| ident(format!("fk_{}_{}", from.name, to.name)));
    let (table, kind) = (from.clone(), ConstraintKind::ForeignKey(key));
    let _clash = op::apply(made, &Op::AddConstraint { table, name, kind, validated: true });
}

/// A schema and one that a few changes made of it, or that has nothing to do with it.
fn pair(seed: u64) -> (Schema, Schema) {
    let mut dice = Dice::new(seed);
    let from = schema(&mut dice);
    if dice.roll(3) == 0 {
        return (from, schema(&mut dice));
    }
    let mut to = from.clone();
    for _ in 0..1 + dice.roll(6) {
        mutate(&mut dice, &mut to);
    }
    (from, to)
}

fn mutate(dice: &mut Dice, made: &mut Schema) {
    let names: Vec<TableName> = made.tables.keys().cloned().collect();
    let Some(table) = names.get(dice.roll(names.len())).cloned() else { return };
    let found = made.tables[&table].clone();
    let column = found.columns[dice.roll(found.columns.len())].clone();
    let (name, if_exists, cascade) = (column.name.clone(), false, true);
    let op = match dice.roll(11) {
        0 => Op::DropTable { table, if_exists, cascade },
        1 => Op::DropColumn { table, column: name, if_exists, cascade },
        2 => Op::RenameColumn { table, to: ident(format!("{name}_2")), from: name },
        3 => {
            let to = TableName { name: ident(format!("{}s", table.name)), ..table.clone() };
            Op::RenameTable { from: table, to }
        }
        4 => {
            let name = ["d", "e", "Mixed Case"][dice.roll(3)];
            let column = any_column(dice, name);
            Op::AddColumn { table, column, if_not_exists: false }
        }
        5 if column.nullable => Op::SetNotNull { table, column: name },
        5 => Op::DropNotNull { table, column: name },
        6 if column.generated.is_none() && column.identity.is_none() => {
            Op::DropDefault { table, column: name }
        }
        7 => match found.constraints.get(dice.roll(found.constraints.len().max(1))) {
            Some(one) => {
                let name = one.name.clone().unwrap();
                Op::DropConstraint { table, name, if_exists, cascade }
            }
            None => return,
        },
        8 => match found.constraints.get(dice.roll(found.constraints.len().max(1))) {
            Some(one) => {
                let from = one.name.clone().unwrap();
                Op::RenameConstraint { table, to: ident(format!("{from}_x")), from }
            }
            None => return,
        },
        9 => {
            let more = Op::AddEnumValue {
                name: TableName::plain(ident("mood")),
                value: format!("v{}", dice.roll(9)),
                place: op::EnumPlace::Before("sad".to_owned()),
                if_not_exists: true,
            };
            run(made, &more);
            return;
        }
        _ => return extra(dice, made, &table),
    };
    let _clash = op::apply(made, &op);
}

fn side(schema: &Schema) -> Side {
    Side { schema: schema.clone(), ..Side::default() }
}

#[track_caller]
fn assert_same(found: &Schema, wanted: &Schema, context: &str) {
    let rest = compare(&side(found), &side(wanted));
    let rest: Vec<String> = rest
        .differences
        .iter()
        .filter(|one| !one.is_order())
        .map(|one| format!("{}: {:?}", one.object, one.change))
        .chain(rest.undecided.iter().map(|one| one.what.clone()))
        .collect();
    assert!(rest.is_empty(), "{context}\n{}", rest.join("\n"));
}

fn listed(way: &Way) -> String {
    way.steps.iter().map(|step| format!("{:?}", step.op)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_schema_is_the_same_as_itself() {
    for seed in 0..PAIRS {
        let one = schema(&mut Dice::new(seed));
        assert_eq!(compare(&side(&one), &side(&one)), Comparison::default(), "seed {seed}");
    }
}

#[test]
fn the_way_from_one_to_the_other_gets_there() {
    for seed in 0..PAIRS {
        let (from, to) = pair(seed);
        for follow in [false, true] {
            let (a, b) = (side(&from), side(&to));
            let found = if follow { compare_renamed(&a, &b) } else { compare(&a, &b) };
            let way = way(&from, &to, &found, true);
            assert!(way.left_out.is_empty());
            let mut schema = from.clone();
            for step in &way.steps {
                if let Err(clash) = step.apply(&mut schema) {
                    panic!("seed {seed}: {}: {:?}\n{}", clash.text(), step.op, listed(&way));
                }
            }
            if way.missing.is_empty() {
                assert_same(&schema, &to, &format!("seed {seed}\n{}", listed(&way)));
            }
        }
    }
}

#[test]
fn the_sql_of_the_way_says_the_same_to_whoever_reads_it() {
    for seed in 0..PAIRS {
        let (from, to) = pair(seed);
        let way = way(&from, &to, &compare(&side(&from), &side(&to)), true);
        let (mut schema, mut read) = (from.clone(), from.clone());
        for step in &way.steps {
            let statements = statements(step, &schema);
            assert!(!statements.is_empty(), "{:?}", step.op);
            let ops: Vec<Op> = statements.iter().flat_map(|text| sql::read(text).ops).collect();
            let is_unread = |op: &Op| matches!(op, Op::Unknown { .. });
            // A type made anew goes by another name for a while, which no schema follows.
            if matches!(step.op, Op::SetEnumValues { .. }) || ops.iter().any(is_unread) {
                let unread = matches!(
                    step.op,
                    Op::SetEnumValues { .. } | Op::SetIdentity { .. } | Op::OwnSequence { .. }
                );
                assert!(unread, "seed {seed}: {statements:?}");
                run(&mut read, &step.op);
            } else {
                for op in ops {
                    let clash = op::apply(&mut read, &op).err();
                    assert_eq!(
                        clash.map(|clash| clash.text()),
                        None,
                        "seed {seed}: {statements:?}"
                    );
                }
            }
            step.apply(&mut schema).unwrap();
        }
        assert_same(&read, &schema, &format!("seed {seed}"));
    }
}

#[test]
fn what_loses_something_is_left_out_unless_asked_for() {
    for seed in 0..PAIRS {
        let (from, to) = pair(seed);
        let way = way(&from, &to, &compare(&side(&from), &side(&to)), false);
        let mut schema = from.clone();
        for step in &way.steps {
            assert_eq!(step.loses, None);
            assert!(
                !matches!(
                    step.op,
                    Op::DropTable { .. } | Op::DropColumn { .. } | Op::DropOther { .. }
                ),
                "{:?}",
                step.op
            );
            if let Err(clash) = step.apply(&mut schema) {
                panic!("seed {seed}: {}: {:?}\n{}", clash.text(), step.op, listed(&way));
            }
        }
        for (name, table) in &from.tables {
            let kept = &schema.tables[name];
            assert!(table.columns.iter().all(|column| kept.column(&column.name).is_some()));
        }
    }
}
