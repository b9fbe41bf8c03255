//! Which statements the parser is asked for: those that have a meaning here.
//!
//! The parser's own entry knows every statement of every database. Nothing refers to it, so that the
//! browser's engine holds only what is named below.

use sqlparser::ast::{
    self, ContextModifier, Reset, Set, SetAssignment, SetSessionAuthorizationParam,
    SetSessionAuthorizationParamKind, Statement,
};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use crate::engine::dialects::Dialect;
use crate::limits;

/// What the parser made of a statement.
pub(super) enum Parsed {
    Statement(Box<Statement>),
    /// Read to its end, and of no consequence.
    Neutral(&'static str),
}

impl<T: Into<Statement>> From<T> for Parsed {
    fn from(statement: T) -> Self {
        Self::Statement(Box::new(statement.into()))
    }
}

type Outcome = Result<Parsed, ParserError>;

/// Reads one statement; `None` when the parser refuses it, when it is of no kind that means something here,
/// or when the text holds anything but one statement.
pub(super) fn parse(text: &str, dialect: Dialect) -> Option<Parsed> {
    let mut parser = Parser::new(dialect.row().grammar)
        .with_recursion_limit(limits::NESTING_MAX)
        .try_with_sql(text)
        .ok()?;
    while parser.consume_token(&Token::SemiColon) {}
    let parsed = statement(&mut parser, dialect).ok()?;
    while parser.consume_token(&Token::SemiColon) {}
    (parser.peek_token_ref().token == Token::EOF).then_some(parsed)
}

fn statement(parser: &mut Parser<'_>, dialect: Dialect) -> Outcome {
    let Token::Word(word) = &parser.peek_token_ref().token else {
        return unread(parser);
    };
    let keyword = word.keyword;
    if let Some(change) = change_of_rows(parser, keyword, dialect)? {
        return Ok(change.into());
    }
    parser.next_token();
    Ok(match keyword {
        Keyword::CREATE => return create(parser, dialect),
        Keyword::ALTER => return alter(parser),
        Keyword::SET => set(parser, dialect)?.into(),
        Keyword::DROP => parser.parse_drop()?.into(),
        Keyword::TRUNCATE => parser.parse_truncate()?.into(),
        Keyword::COMMENT if dialect.row().grammar.supports_comment_on() => {
            parser.parse_comment()?.into()
        }
        Keyword::START => parser.parse_start_transaction()?.into(),
        Keyword::BEGIN => parser.parse_begin()?.into(),
        Keyword::COMMIT => parser.parse_commit()?.into(),
        Keyword::END => parser.parse_end()?.into(),
        Keyword::ROLLBACK => parser.parse_rollback()?.into(),
        Keyword::ABORT => parser.parse_abort()?.into(),
        Keyword::SAVEPOINT => parser.parse_savepoint()?.into(),
        Keyword::RELEASE => parser.parse_release()?.into(),
        Keyword::SHOW => parser.parse_show()?.into(),
        Keyword::ANALYZE => parser.parse_analyze()?.into(),
        Keyword::PRAGMA => parser.parse_pragma()?.into(),
        Keyword::RESET => reset(parser)?.into(),
        _ => return unread(parser),
    })
}

/// What reads or writes rows; `None`, and nothing taken, where another word begins the statement.
fn change_of_rows(
    parser: &mut Parser<'_>,
    keyword: Keyword,
    dialect: Dialect,
) -> Result<Option<Statement>, ParserError> {
    if keyword == Keyword::SELECT {
        return Ok(Some(parser.parse_query()?.into()));
    }
    let token = parser.peek_token();
    if keyword == Keyword::REPLACE && dialect == Dialect::Sqlite {
        return parser.parse_insert(token).map(Some);
    }
    parser.next_token();
    let read = match keyword {
        Keyword::INSERT => parser.parse_insert(token),
        Keyword::UPDATE => parser.parse_update(token),
        Keyword::DELETE => parser.parse_delete(token),
        Keyword::REPLACE => parser.parse_replace(token),
        _ => {
            parser.prev_token();
            return Ok(None);
        }
    };
    read.map(Some)
}

fn create(parser: &mut Parser<'_>, dialect: Dialect) -> Outcome {
    let or_replace = parser.parse_keywords(&[Keyword::OR, Keyword::REPLACE]);
    let scope = parser.parse_one_of_keywords(&[Keyword::LOCAL, Keyword::GLOBAL]);
    let global = scope.map(|scope| scope == Keyword::GLOBAL);
    let temporary = parser.parse_one_of_keywords(&[Keyword::TEMP, Keyword::TEMPORARY]).is_some();
    view_options(parser)?;
    let word =
        parser.parse_one_of_keywords(&[Keyword::UNLOGGED, Keyword::UNIQUE, Keyword::CONSTRAINT]);
    let Token::Word(kind) = parser.next_token().token else {
        return unread(parser);
    };
    Ok(match (kind.keyword, word) {
        (Keyword::TABLE, None | Some(Keyword::UNLOGGED)) => {
            let unlogged = word.is_some();
            let (transient, volatile, multiset) = (false, false, None);
            parser
                .parse_create_table(
                    or_replace, temporary, unlogged, global, transient, volatile, multiset,
                )?
                .into()
        }
        (Keyword::TRIGGER, None | Some(Keyword::CONSTRAINT)) => trigger(parser, dialect)?,
        (Keyword::INDEX, None | Some(Keyword::UNIQUE)) if !or_replace => {
            parser.parse_create_index(word.is_some())?.into()
        }
        (_, Some(_)) => return unread(parser),
        (Keyword::VIEW | Keyword::MATERIALIZED, _) => {
            parser.prev_token();
            parser.parse_create_view(false, or_replace, temporary, None)?.into()
        }
        (Keyword::POLICY, _) => {
            parser.parse_create_policy()?;
            Parsed::Neutral("creates a policy")
        }
        (Keyword::DOMAIN, _) => domain(parser)?,
        (Keyword::SCHEMA, _) => parser.parse_create_schema(or_replace)?.into(),
        _ if or_replace => return unread(parser),
        (Keyword::EXTENSION, _) => parser.parse_create_extension()?.into(),
        (Keyword::SEQUENCE, _) => parser.parse_create_sequence(temporary)?.into(),
        (Keyword::TYPE, _) => parser.parse_create_type()?.into(),
        _ => return unread(parser),
    })
}

/// What MySQL writes before `VIEW`: how it is run, and as whom.
fn view_options(parser: &mut Parser<'_>) -> Result<(), ParserError> {
    if parser.parse_keyword(Keyword::ALGORITHM) {
        parser.expect_token(&Token::Eq)?;
        parser.expect_one_of_keywords(&[Keyword::UNDEFINED, Keyword::MERGE, Keyword::TEMPTABLE])?;
    }
    if parser.parse_keyword(Keyword::DEFINER) {
        parser.expect_token(&Token::Eq)?;
        parser.parse_grantee_name()?;
    }
    if parser.parse_keywords(&[Keyword::SQL, Keyword::SECURITY]) {
        parser.expect_one_of_keywords(&[Keyword::DEFINER, Keyword::INVOKER])?;
    }
    Ok(())
}

fn domain(parser: &mut Parser<'_>) -> Outcome {
    parser.parse_object_name(false)?;
    parser.expect_keyword_is(Keyword::AS)?;
    parser.parse_data_type()?;
    if parser.parse_keyword(Keyword::COLLATE) {
        parser.parse_identifier()?;
    }
    if parser.parse_keyword(Keyword::DEFAULT) {
        parser.parse_expr()?;
    }
    while parser.parse_optional_table_constraint()?.is_some() {}
    Ok(Parsed::Neutral("creates a domain"))
}

fn trigger(parser: &mut Parser<'_>, dialect: Dialect) -> Outcome {
    parser.parse_object_name(false)?;
    parser.maybe_parse(|parser| parser.parse_trigger_period())?;
    parser.parse_keyword_separated(Keyword::OR, Parser::parse_trigger_event)?;
    parser.expect_keyword_is(Keyword::ON)?;
    parser.parse_object_name(false)?;
    if parser.parse_keyword(Keyword::FROM) {
        parser.parse_object_name(true)?;
    }
    parser.parse_constraint_characteristics()?;
    if parser.parse_keyword(Keyword::REFERENCING) {
        while parser.parse_trigger_referencing()?.is_some() {}
    }
    if parser.parse_keyword(Keyword::FOR) {
        let _ = parser.parse_keyword(Keyword::EACH);
        parser.expect_one_of_keywords(&[Keyword::ROW, Keyword::STATEMENT])?;
    }
    if parser.parse_keyword(Keyword::WHEN) {
        parser.parse_expr()?;
    }
    if parser.parse_keyword(Keyword::EXECUTE) {
        parser.parse_trigger_exec_body()?;
    } else if parser.parse_keyword(Keyword::BEGIN) {
        body(parser, dialect, 0)?;
        parser.expect_keyword_is(Keyword::END)?;
    } else {
        step(parser, dialect, 0)?;
    }
    Ok(Parsed::Neutral("creates a trigger"))
}

/// Reads the steps of a trigger up to a word that ends them.
fn body(parser: &mut Parser<'_>, dialect: Dialect, depth: usize) -> Result<(), ParserError> {
    const ENDS: [Keyword; 3] = [Keyword::END, Keyword::ELSE, Keyword::ELSEIF];
    while !ENDS.iter().any(|word| parser.peek_keyword(*word)) {
        step(parser, dialect, depth)?;
        parser.expect_token(&Token::SemiColon)?;
    }
    Ok(())
}

fn step(parser: &mut Parser<'_>, dialect: Dialect, depth: usize) -> Result<(), ParserError> {
    if depth == limits::NESTING_MAX {
        return Err(ParserError::RecursionLimitExceeded);
    }
    let keyword = match &parser.peek_token_ref().token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    };
    if change_of_rows(parser, keyword, dialect)?.is_some() {
        return Ok(());
    }
    if parser.parse_keyword(Keyword::CALL) {
        parser.parse_call()?;
    } else if parser.parse_keyword(Keyword::SET) {
        set(parser, dialect)?;
    } else if parser.parse_keyword(Keyword::IF) {
        loop {
            parser.parse_expr()?;
            parser.expect_keyword_is(Keyword::THEN)?;
            body(parser, dialect, depth + 1)?;
            if !parser.parse_keyword(Keyword::ELSEIF) {
                break;
            }
        }
        if parser.parse_keyword(Keyword::ELSE) {
            body(parser, dialect, depth + 1)?;
        }
        parser.expect_keywords(&[Keyword::END, Keyword::IF])?;
    } else {
        return unread(parser);
    }
    Ok(())
}

fn alter(parser: &mut Parser<'_>) -> Outcome {
    if parser.parse_keyword(Keyword::TABLE) {
        return Ok(parser.parse_alter_table(false)?.into());
    }
    if parser.parse_keyword(Keyword::TYPE) {
        return Ok(parser.parse_alter_type()?.into());
    }
    parser.expect_keyword_is(Keyword::INDEX)?;
    let name = parser.parse_object_name(false)?;
    parser.expect_keywords(&[Keyword::RENAME, Keyword::TO])?;
    let index_name = parser.parse_object_name(false)?;
    let operation = ast::AlterIndexOperation::RenameIndex { index_name };
    Ok(Statement::AlterIndex { name, operation }.into())
}

/// Settings and their values: of `SET NAMES` and `SET TRANSACTION` nothing is told.
fn set(parser: &mut Parser<'_>, dialect: Dialect) -> Result<Set, ParserError> {
    let scope = scope(parser);
    let role = parser.maybe_parse(|parser| {
        parser.expect_keyword_is(Keyword::ROLE)?;
        let is_none = parser.parse_keyword(Keyword::NONE);
        if is_none { Ok(None) } else { parser.parse_identifier().map(Some) }
    })?;
    if let Some(role_name) = role {
        return Ok(Set::SetRole { context_modifier: scope, role_name });
    }
    if parser.parse_keywords(&[Keyword::TIME, Keyword::ZONE])
        || parser.parse_keyword(Keyword::TIMEZONE)
    {
        if is_to(parser) {
            return assigned(parser, scope, vec![ast::Ident::new("TIMEZONE")].into());
        }
        let local = scope == Some(ContextModifier::Local);
        return Ok(Set::SetTimeZone { local, value: parser.parse_expr()? });
    }
    if parser.parse_keyword(Keyword::AUTHORIZATION) {
        let Some(scope) = scope else { return unread(parser) };
        let kind = if parser.parse_keyword(Keyword::DEFAULT) {
            SetSessionAuthorizationParamKind::Default
        } else {
            SetSessionAuthorizationParamKind::User(parser.parse_identifier()?)
        };
        return Ok(Set::SetSessionAuthorization(SetSessionAuthorizationParam { scope, kind }));
    }
    if dialect.row().grammar.supports_comma_separated_set_assignments() {
        if scope.is_some() {
            parser.prev_token();
        }
        let several = |parser: &mut Parser<'_>| parser.parse_comma_separated(assignment);
        if let Some(assignments) = parser.maybe_parse(several)? {
            return Ok(Set::MultipleAssignments { assignments });
        }
    }
    let variable = parser.parse_object_name(false)?;
    if !is_to(parser) {
        return unread(parser);
    }
    assigned(parser, scope, variable)
}

fn assigned(
    parser: &mut Parser<'_>,
    scope: Option<ContextModifier>,
    variable: ast::ObjectName,
) -> Result<Set, ParserError> {
    let values = parser.parse_comma_separated(Parser::parse_expr)?;
    Ok(Set::SingleAssignment { scope, hivevar: false, variable, values })
}

fn assignment(parser: &mut Parser<'_>) -> Result<SetAssignment, ParserError> {
    let scope = scope(parser);
    let name = parser.parse_object_name(false)?;
    if !is_to(parser) {
        return unread(parser);
    }
    Ok(SetAssignment { scope, name, value: parser.parse_expr()? })
}

fn scope(parser: &mut Parser<'_>) -> Option<ContextModifier> {
    const SCOPES: [Keyword; 3] = [Keyword::SESSION, Keyword::LOCAL, Keyword::GLOBAL];
    Some(match parser.parse_one_of_keywords(&SCOPES)? {
        Keyword::LOCAL => ContextModifier::Local,
        Keyword::GLOBAL => ContextModifier::Global,
        _ => ContextModifier::Session,
    })
}

fn reset(parser: &mut Parser<'_>) -> Result<ast::ResetStatement, ParserError> {
    let reset = if parser.parse_keyword(Keyword::ALL) {
        Reset::ALL
    } else if parser.parse_keywords(&[Keyword::SESSION, Keyword::AUTHORIZATION]) {
        Reset::SessionAuthorization
    } else {
        Reset::ConfigurationParameter(parser.parse_object_name(false)?)
    };
    Ok(ast::ResetStatement { reset })
}

fn is_to(parser: &mut Parser<'_>) -> bool {
    parser.consume_token(&Token::Eq) || parser.parse_keyword(Keyword::TO)
}

fn unread<T>(parser: &Parser<'_>) -> Result<T, ParserError> {
    parser.expected_ref("a statement that means something here", parser.peek_token_ref())
}
