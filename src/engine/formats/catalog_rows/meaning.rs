//! What the columns of a listing are called → what its rows say of a schema.

use crate::engine::facts::{OpenPart, VersionSection};
use crate::engine::op;
use crate::engine::schema::{
    Column, Expression, Ident, Identity, Schema, Table, TableName, format_type,
};
use crate::engine::span::Span;
use crate::engine::sql;
use crate::engine::sql::state::{Said, Setting};
use crate::limits;
use crate::ordered::{Map, Set};
use crate::wire::VersionState;

use super::describe;
use super::grids::{Grid, Row};
use super::separated::is_row_count;

/// What a listing is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// `\d name`.
    Described,
    /// `\dt`, `\d`.
    Relations,
    Columns,
    Constraints,
    Indexes,
    Tables,
    Versions,
}

impl Means {
    pub fn words(self) -> &'static str {
        match self {
            Self::Described => "one table, as psql describes it",
            Self::Relations => "psql's list of relations",
            Self::Columns => "columns",
            Self::Constraints => "constraints",
            Self::Indexes => "indexes",
            Self::Tables => "tables",
            Self::Versions => "Alembic's version table",
        }
    }
}

const TABLE: &[&str] = &["table_name", "tablename", "relname"];
const SCHEMA: &[&str] = &["table_schema", "schemaname", "nspname", "schema"];
const CONSTRAINT: &[&str] = &["conname", "constraint_name"];
const DEFINITION: &[&str] = &["def", "definition", "pg_get_constraintdef", "condef"];

/// Returns whether a column of this name makes a listing one of the catalogue's.
pub(super) fn is_known(header: &str) -> bool {
    TABLE.contains(&header)
        || matches!(header, "column_name" | "conname" | "constraint_name" | "indexname")
        || header == "version_num"
}

/// Returns what a listing is of, by the names of its columns.
pub(super) fn of(grid: &Grid) -> Option<Means> {
    let has = |names: &[&str]| grid.column(names).is_some();
    if grid.has("column") && grid.has("type") && describe::title(grid).is_some() {
        return Some(Means::Described);
    }
    if describe::title(grid).is_some() {
        return Some(Means::Described); // A sequence has other columns.
    }
    if grid.has("schema") && grid.has("name") && grid.has("type") && grid.has("owner") {
        return Some(Means::Relations);
    }
    if grid.headers == ["version_num"] {
        return Some(Means::Versions);
    }
    if has(&["indexname"]) && has(&["indexdef"]) {
        return Some(Means::Indexes);
    }
    if has(CONSTRAINT) && has(DEFINITION) && has(TABLE) {
        return Some(Means::Constraints);
    }
    if has(TABLE) && has(&["column_name"]) && !has(CONSTRAINT) {
        return Some(Means::Columns);
    }
    let is_list = has(TABLE) && !has(CONSTRAINT) && !has(&["column_name"]);
    is_list.then_some(Means::Tables)
}

/// What all listings of a document say together.
#[derive(Default)]
pub(super) struct Collected {
    pub schema: Schema,
    places: Map<TableName, Span>,
    /// Every table is in it, not only those that somebody asked for.
    pub lists_tables: bool,
    version: Option<VersionSection>,
    open: Vec<OpenPart>,
    unread: Vec<OpenPart>,
    pub understood: usize,
}

/// The schema, with where each table stands, and whether there can be others.
pub(super) struct Shown {
    pub schema: Schema,
    pub places: Map<TableName, Span>,
    pub lists: bool,
}

impl Collected {
    /// Takes over one listing.
    pub fn grid(&mut self, means: Means, grid: &Grid) {
        match means {
            Means::Described => return describe::read(self, grid),
            Means::Relations => self.relations(grid),
            Means::Columns => self.columns(grid),
            Means::Constraints => self.constraints(grid),
            Means::Indexes => self.indexes(grid),
            Means::Tables => self.tables(grid),
            Means::Versions => self.versions(grid),
        }
        for (line, span) in &grid.footer {
            if is_row_count(line) {
                self.understood += 1;
            } else {
                self.cannot_read(*span, "a line that is no row of the listing", None);
            }
        }
    }

    pub fn unread(&self) -> &[OpenPart] {
        &self.unread
    }

    /// Enters something that was not understood.
    pub fn cannot_read(&mut self, span: Span, what: &str, table: Option<&TableName>) {
        let tables = table.map(|table| vec![table.to_string()]);
        self.unread.push(OpenPart { span, what: what.to_owned(), tables });
    }

    /// Enters something that the listing does not hold.
    fn leaves_open(&mut self, span: Span, what: &str, tables: Vec<String>) {
        self.open.push(OpenPart { span, what: what.to_owned(), tables: Some(tables) });
    }

    /// The table of this name, made where it is new.
    pub fn table(&mut self, name: &TableName, span: Span) -> &mut Table {
        self.places.entry(name.clone()).or_insert(span);
        let open = || Table { open: true, ..Table::default() };
        self.schema.tables.entry(name.clone()).or_insert_with(open)
    }

    fn relations(&mut self, grid: &Grid) {
        let place = |name: &str| grid.column(&[name]);
        let (schema, name, kind) = (place("schema"), place("name"), place("type"));
        let mut has_tables = false;
        for row in &grid.rows {
            let (Some(schema), Some(name), Some(kind)) =
                (cell(row, schema), cell(row, name), cell(row, kind))
            else {
                self.cannot_read(row.span, "a relation without a name", None);
                continue;
            };
            self.understood += 1;
            let full = named(Some(schema), name);
            match kind {
                "view" | "materialized view" => {
                    self.schema.views.insert(full);
                }
                "sequence" => {
                    self.schema.sequences.insert(full, None);
                }
                "index" | "partitioned index" => {}
                _ => {
                    has_tables = true;
                    self.table(&full, row.span);
                }
            }
        }
        self.lists_tables |= has_tables;
    }

    fn tables(&mut self, grid: &Grid) {
        let (schema, name) = (grid.column(SCHEMA), grid.column(TABLE));
        let kind = grid.column(&["table_type", "relkind", "type"]);
        for row in &grid.rows {
            let Some(name) = cell(row, name) else {
                self.cannot_read(row.span, "a table without a name", None);
                continue;
            };
            self.understood += 1;
            let full = named(cell(row, schema), name);
            match cell(row, kind) {
                Some("VIEW" | "view" | "v" | "m") => {
                    self.schema.views.insert(full);
                }
                _ => {
                    self.table(&full, row.span);
                }
            }
        }
        self.lists_tables = true;
    }

    fn versions(&mut self, grid: &Grid) {
        let rows =
            grid.rows.iter().filter_map(|row| Some((cell(row, Some(0))?.to_owned(), row.span)));
        let rows: Vec<(String, Span)> = rows.collect();
        self.understood += grid.rows.len().max(1);
        let state = if rows.is_empty() { VersionState::Empty } else { VersionState::Stamped };
        let span = rows.first().map(|(_, span)| *span).or(grid.span);
        self.version = Some(VersionSection { state, rows, span });
    }

    fn columns(&mut self, grid: &Grid) {
        let (schema, table) = (grid.column(SCHEMA), grid.column(TABLE));
        let order = grid.column(&["ordinal_position", "attnum"]);
        let mut rows: Vec<&Row> = grid.rows.iter().collect();
        crate::ordered::sort_by_key(&mut rows, |row| {
            let number = cell(row, order).and_then(|text| text.parse::<u32>().ok());
            (cell(row, table).map(str::to_owned), number.unwrap_or(0))
        });
        let (mut tables, mut seen) = (Vec::new(), Set::new());
        for row in rows {
            let Some(name) = cell(row, table) else {
                self.cannot_read(row.span, "a column without a table", None);
                continue;
            };
            let Some(column) = column(grid, row) else {
                self.cannot_read(row.span, "a column without a name", None);
                continue;
            };
            self.understood += 1;
            let full = named(cell(row, schema), name);
            let known = self.table(&full, row.span);
            if known.columns.len() >= limits::TABLE_COLUMNS_MAX {
                let what = "a column of a table that has more than are looked at";
                self.cannot_read(row.span, what, Some(&full));
            } else if known.column(&column.name).is_none() {
                known.columns.push(column);
            }
            let name = full.to_string();
            if seen.insert(name.clone()) {
                tables.push(name);
            }
        }
        let span = grid.span.or_else(|| grid.rows.first().map(|row| row.span));
        if let Some(span) = span.filter(|_| !tables.is_empty()) {
            let what = "the rows show columns; keys and indexes are not in them";
            self.leaves_open(span, what, tables.clone());
            if grid.column(&["is_identity"]).is_none() {
                let what = "whether columns are identities is not in the rows";
                self.leaves_open(span, what, tables);
            }
        }
    }

    fn constraints(&mut self, grid: &Grid) {
        let (schema, table) = (grid.column(SCHEMA), grid.column(TABLE));
        let (name, definition) = (grid.column(CONSTRAINT), grid.column(DEFINITION));
        for row in &grid.rows {
            let (Some(table), Some(name), Some(definition)) =
                (cell(row, table), cell(row, name), cell(row, definition))
            else {
                self.cannot_read(row.span, "a constraint without a name", None);
                continue;
            };
            let full = named(cell(row, schema), table.trim_matches('"'));
            self.table(&full, row.span);
            self.constraint(&full, name, definition, row.span);
        }
    }

    /// Adds a constraint by its definition, as `pg_get_constraintdef` prints it.
    pub fn constraint(&mut self, table: &TableName, name: &str, definition: &str, span: Span) {
        let name = Ident::exact(name).quoted();
        let text = format!("ALTER TABLE {} ADD CONSTRAINT {name} {definition}", table.quoted());
        self.statement(&text, table, span);
    }

    fn indexes(&mut self, grid: &Grid) {
        let definition = grid.column(&["indexdef"]);
        let (schema, table) = (grid.column(SCHEMA), grid.column(TABLE));
        for row in &grid.rows {
            let (Some(table), Some(definition)) = (cell(row, table), cell(row, definition)) else {
                self.cannot_read(row.span, "an index without a definition", None);
                continue;
            };
            let full = named(cell(row, schema), table);
            self.table(&full, row.span);
            self.statement(definition, &full, row.span);
        }
    }

    /// Applies a statement that says what is there.
    pub fn statement(&mut self, text: &str, table: &TableName, span: Span) {
        let Some(Said::Makes(ops)) = sql::state::read(text, &Setting::default()) else {
            return self.cannot_read(span, "a definition that could not be read", Some(table));
        };
        for op in &ops {
            if let Err(clash) = op::apply_verbatim(&mut self.schema, op) {
                let what = format!("{}, which cannot be: {}", op::describe(op), clash.text());
                return self.cannot_read(span, &what, Some(table));
            }
        }
        self.understood += 1;
    }

    /// Returns what was collected, with what it leaves open. The index of a constraint is no index of its
    /// own.
    pub fn finish(mut self) -> (Shown, Vec<OpenPart>, VersionSection) {
        for table in self.schema.tables.values_mut() {
            let names: Vec<_> =
                table.constraints.iter().filter_map(|one| one.name.clone()).collect();
            table
                .indexes
                .retain(|index| index.name.as_ref().is_none_or(|name| !names.contains(name)));
        }
        let bare = |(name, table): (&TableName, &Table)| {
            (table.open && table.columns.is_empty()).then(|| name.to_string())
        };
        let bare: Vec<String> = self.schema.tables.iter().filter_map(bare).collect();
        let first = self.places.values().next().copied();
        if let Some(span) = first.filter(|_| !bare.is_empty()) {
            self.leaves_open(
                span,
                "the listing names tables and says nothing of their columns",
                bare,
            );
        }
        let mut open = self.unread;
        open.append(&mut self.open);
        let version_table =
            self.schema.tables.keys().any(|one| one.name.as_str() == "alembic_version");
        let version = self.version.unwrap_or(VersionSection {
            state: match self.lists_tables && !version_table {
                true => VersionState::Absent,
                false => VersionState::NotGiven,
            },
            rows: Vec::new(),
            span: first,
        });
        let shown = Shown { schema: self.schema, places: self.places, lists: self.lists_tables };
        (shown, open, version)
    }
}

pub(super) fn cell(row: &Row, place: Option<usize>) -> Option<&str> {
    row.cells.get(place?)?.as_deref()
}

/// A name from the catalogue: case kept.
pub(super) fn named(schema: Option<&str>, name: &str) -> TableName {
    let name = Ident::exact(name);
    match schema {
        Some(schema) => TableName::qualified(Ident::exact(schema), name, "public"),
        None => TableName::plain(name),
    }
}

/// A row of `information_schema.columns`.
fn column(grid: &Grid, row: &Row) -> Option<Column> {
    let get = |name: &str| cell(row, grid.column(&[name]));
    let mut column = Column {
        name: Ident::exact(get("column_name")?),
        data_type: data_type(grid, row),
        nullable: get("is_nullable").is_none_or(|text| !text.eq_ignore_ascii_case("no")),
        default: get("column_default").filter(|text| *text != "null").map(str::to_owned),
        ..Column::default()
    };
    if get("is_identity").is_some_and(|text| text.eq_ignore_ascii_case("yes")) {
        let always = get("identity_generation") == Some("ALWAYS");
        column.identity = Some(if always { Identity::Always } else { Identity::ByDefault });
    }
    if let Some(text) = get("generation_expression") {
        let Expression { columns, .. } = sql::expression(text);
        column.generated = Some(Expression { text: text.to_owned(), columns, kept: false });
    }
    Some(column)
}

/// The type as `format_type` spells it; `None` where the rows don't hold all of it.
fn data_type(grid: &Grid, row: &Row) -> Option<String> {
    let get = |name: &str| cell(row, grid.column(&[name]));
    let word = get("data_type").or_else(|| get("format_type")).or_else(|| get("type"))?;
    let inner = get("udt_name");
    match word {
        "ARRAY" => Some(format!("{}[]", format_type(inner?.strip_prefix('_')?))),
        "USER-DEFINED" => Some(Ident::exact(inner?).quoted()),
        "character varying" | "character" | "bit" | "bit varying" => {
            if !grid.has("character_maximum_length") {
                return None;
            }
            Some(match get("character_maximum_length") {
                Some(length) => format!("{word}({length})"),
                None => word.to_owned(),
            })
        }
        "numeric" => {
            if !grid.has("numeric_precision") {
                return None;
            }
            Some(match (get("numeric_precision"), get("numeric_scale")) {
                (Some(precision), scale) => {
                    format!("numeric({precision},{})", scale.unwrap_or("0"))
                }
                _ => word.to_owned(),
            })
        }
        other => Some(format_type(other)),
    }
}
