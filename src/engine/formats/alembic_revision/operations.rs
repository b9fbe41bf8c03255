//! Directives by other doors: `op.invoke(AddColumnOp(…))`, functions that `op.run_async` and `run_sync` call, and
//! batches that bring a shape of their own.

use crate::engine::dialects::Dialect;
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::span::Span;

use super::body::Outcome;
use super::calls;
use super::context::{Context, Target};
use super::following;
use super::reach::Doubt;

/// Operations of Alembic's and the directives that make them, with the same parameters unless said below.
static OPERATIONS: &[(&str, &str)] = &[
    ("CreateTableOp", "create_table"),
    ("DropTableOp", "drop_table"),
    ("RenameTableOp", "rename_table"),
    ("CreateTableCommentOp", "create_table_comment"),
    ("DropTableCommentOp", "drop_table_comment"),
    ("AddColumnOp", "add_column"),
    ("DropColumnOp", "drop_column"),
    ("AlterColumnOp", "alter_column"),
    ("CreateIndexOp", "create_index"),
    ("DropIndexOp", "drop_index"),
    ("CreatePrimaryKeyOp", "create_primary_key"),
    ("CreateUniqueConstraintOp", "create_unique_constraint"),
    ("CreateForeignKeyOp", "create_foreign_key"),
    ("CreateCheckConstraintOp", "create_check_constraint"),
    ("DropConstraintOp", "drop_constraint"),
    ("ExecuteSQLOp", "execute"),
    ("BulkInsertOp", "bulk_insert"),
];

/// Parameters of `AlterColumnOp` and of the directive.
static MODIFIES: &[(&str, &str)] = &[
    ("modify_nullable", "nullable"),
    ("modify_server_default", "server_default"),
    ("modify_type", "type_"),
    ("modify_name", "new_column_name"),
    ("modify_comment", "comment"),
];

/// Returns the directive that does what `op.invoke` is given.
pub(super) fn invoked(context: &mut Context<'_>, call: &PyCall) -> Result<PyCall, Doubt> {
    let unknown = || Doubt::everything("`op.invoke` of an operation that Retort does not know");
    let given = call.args.first().or_else(|| call.keyword("operation")).ok_or_else(unknown)?;
    let made = context.object_of(given);
    let made = made.as_call().ok_or_else(unknown)?;
    let PyKind::Path(parts) = context.fold(&made.function).kind else { return Err(unknown()) };
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ["alembic", .., class] = words.as_slice() else { return Err(unknown()) };
    let (_, directive) = OPERATIONS.iter().find(|(known, _)| known == class).ok_or_else(unknown)?;
    let (mut args, mut kwargs) = (made.args.clone(), made.kwargs.clone());
    match *directive {
        "create_table" => {
            // What stands in a list there stands by itself here.
            let named = kwargs.iter().position(|(name, _)| name.as_deref() == Some("columns"));
            let columns = match named {
                Some(at) => kwargs.remove(at).1,
                None if args.len() == 2 => args.remove(1),
                None => return Err(unknown()),
            };
            if args.is_empty() {
                let at = kwargs.iter().position(|(name, _)| name.as_deref() == Some("table_name"));
                args.push(kwargs.remove(at.ok_or_else(unknown)?).1);
            }
            args.extend(context.scope.items(&columns).ok_or_else(unknown)?);
        }
        "alter_column" => {
            for (name, _) in &mut kwargs {
                let known = MODIFIES.iter().find(|(known, _)| name.as_deref() == Some(known));
                if let Some((_, plain)) = known {
                    *name = Some((*plain).to_owned());
                }
            }
        }
        _ => {}
    }
    let path = ["alembic", "op", directive].map(str::to_owned).to_vec();
    let function = PyValue { kind: PyKind::Path(path), span: made.function.span };
    Ok(PyCall { function, args, kwargs })
}

/// Runs the function that is handed over with a connection: `op.run_async(function, …)`, which waits for it, and
/// `connection.run_sync(function, …)`. `None` when it cannot be followed, and nothing was run.
pub(super) fn handed(
    context: &mut Context<'_>,
    target: &Target,
    call: &PyCall,
    span: Span,
    outcome: &mut Outcome,
) -> Option<PyValue> {
    let waits = match target {
        Target::Op(name) if name == "run_async" => true,
        Target::Connection(name) if name == "run_sync" => false,
        _ => return None,
    };
    let (function, rest) = call.args.split_first()?;
    let Target::Helper(closure) = context.target(function) else { return None };
    if waits != closure.function.is_async {
        return None;
    }
    let mut args = vec![context.connection(span)];
    args.extend(rest.iter().cloned());
    let made = PyCall { function: function.clone(), args, kwargs: call.kwargs.clone() };
    match waits {
        true => following::awaited(context, &closure, &made, span, outcome),
        false => following::call(context, &closure, &made, span, outcome),
    }
}

/// Runs the function that is waited for.
pub(super) fn waited(
    context: &mut Context<'_>,
    value: &PyValue,
    outcome: &mut Outcome,
) -> Option<PyValue> {
    let call = value.as_call()?;
    let Target::Helper(closure) = context.target(&call.function) else { return None };
    let made = call.clone();
    following::awaited(context, &closure, &made, value.span, outcome)
}

/// What of `op.batch_alter_table(…)` makes another table than the one that is there: SQLite, which cannot alter
/// most of a table, gets a new one, and its shape is that of `copy_from` with `table_args`. Other databases get
/// one where it is asked for.
pub(super) fn other_shape(context: &mut Context<'_>, value: &PyValue) -> Option<&'static str> {
    let call = value.as_call()?;
    let given = |context: &mut Context<'_>, name: &str| {
        call.keyword(name).is_some_and(|given| !is_nothing(&context.fold(given).kind))
    };
    calls::batch_table(context, value)?;
    if context.dialect != Dialect::Sqlite {
        // The new table has names of its own for what had none, and not all that the old one had.
        let builds = calls::recreate(context, value) == Some(true);
        return builds.then_some("a batch that builds the table anew where it need not");
    }
    const SHAPES: [(&str, &str); 4] = [
        ("copy_from", "a batch that takes the table from `copy_from`"),
        ("table_args", "a batch that adds `table_args` to the table"),
        ("table_kwargs", "a batch that adds `table_kwargs` to the table"),
        ("partial_reordering", "a batch that puts the columns into another order"),
    ];
    SHAPES.into_iter().find(|(name, _)| given(context, name)).map(|(_, what)| what)
}

fn is_nothing(kind: &PyKind) -> bool {
    match kind {
        PyKind::None => true,
        PyKind::Tuple(all) | PyKind::List(all) => all.is_empty(),
        PyKind::Dict(all) => all.is_empty(),
        _ => false,
    }
}
