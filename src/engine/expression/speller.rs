//! The tree of an expression → its printed text, from the leaves up.

use sqlparser::ast::{self, BinaryOperator, Expr, UnaryOperator, Value};

use crate::engine::schema::{Ident, format_type, without_modifier};
use crate::limits::NESTING_MAX;

use super::typed::{Form, Typed, common, rank};
use super::{Scope, calls, operators};

/// Walks one expression.
pub(super) struct Speller<'a> {
    scope: Scope<'a>,
    depth: usize,
    /// How deep in CASE it is: their lines are set in.
    cases: usize,
}

impl<'a> Speller<'a> {
    pub fn new(scope: Scope<'a>) -> Self {
        Self { scope, depth: 0, cases: 0 }
    }

    /// Returns the text with its type; nothing where a part of it is not certain.
    pub fn spell(&mut self, tree: &Expr) -> Option<Typed> {
        if self.depth == NESTING_MAX {
            return None;
        }
        self.depth += 1;
        let spelled = self.node(tree);
        self.depth -= 1;
        spelled
    }

    fn node(&mut self, tree: &Expr) -> Option<Typed> {
        match tree {
            Expr::Nested(inner) => self.spell(inner),
            Expr::Identifier(name) => self.column(name),
            Expr::CompoundIdentifier(names) => self.column(names.last()?),
            Expr::Value(value) => literal(&value.value),
            Expr::TypedString(typed) => {
                literal(&typed.value.value)?.cast(&cast_type(&typed.data_type))
            }
            Expr::Interval(interval) if interval.leading_field.is_none() => {
                self.spell(&interval.value)?.cast("interval")
            }
            Expr::Cast { expr, data_type, .. } => self.spell(expr)?.cast(&cast_type(data_type)),
            Expr::Array(array) => self.array(&array.elem),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => {
                self.junction(tree, op)
            }
            Expr::BinaryOp { left, op, right } => {
                operators::binary(&op.to_string(), self.spell(left)?, self.spell(right)?)
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Function(call) => self.function(call),
            Expr::AtTimeZone { timestamp, time_zone } => {
                calls::at_time_zone(self.spell(timestamp)?, self.spell(time_zone)?)
            }
            Expr::Extract { field, expr, .. } => {
                let field = field.to_string().to_lowercase();
                let text = format!("EXTRACT({field} FROM {})", self.spell(expr)?.into_text()?);
                Some(Typed::call(text, Some("numeric")))
            }
            Expr::Trim { trim_where, trim_what: None, expr, trim_characters: None } => {
                let side = trim_where.map_or("BOTH".to_owned(), |side| side.to_string());
                let text = format!("TRIM({side} FROM {})", self.spell(expr)?.into_text()?);
                Some(Typed::call(text, Some("text")))
            }
            other => self.test(other),
        }
    }

    /// What is true or false of an operand.
    fn test(&mut self, tree: &Expr) -> Option<Typed> {
        let (operand, words) = match tree {
            Expr::IsNull(operand) => (operand, "IS NULL"),
            Expr::IsNotNull(operand) => (operand, "IS NOT NULL"),
            Expr::IsTrue(operand) => (operand, "IS TRUE"),
            Expr::IsNotTrue(operand) => (operand, "IS NOT TRUE"),
            Expr::IsFalse(operand) => (operand, "IS FALSE"),
            Expr::IsNotFalse(operand) => (operand, "IS NOT FALSE"),
            Expr::IsUnknown(operand) => (operand, "IS UNKNOWN"),
            Expr::IsNotUnknown(operand) => (operand, "IS NOT UNKNOWN"),
            Expr::IsDistinctFrom(one, other) => {
                let (one, other) = operators::alike(self.spell(one)?, self.spell(other)?)?;
                let text = format!("({} IS DISTINCT FROM {})", one.text, other.text);
                return Some(Typed::boolean(text));
            }
            Expr::IsNotDistinctFrom(one, other) => {
                let (one, other) = operators::alike(self.spell(one)?, self.spell(other)?)?;
                let text = format!("(NOT ({} IS DISTINCT FROM {}))", one.text, other.text);
                return Some(Typed::boolean(text));
            }
            Expr::InList { expr, list, negated } => return self.in_list(expr, list, *negated),
            Expr::Between { expr, negated, low, high } => {
                return self.between(expr, low, high, *negated);
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                let sign = if *negated { "!~~" } else { "~~" };
                return operators::binary(sign, self.spell(expr)?, self.spell(pattern)?);
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                let sign = if *negated { "!~~*" } else { "~~*" };
                return operators::binary(sign, self.spell(expr)?, self.spell(pattern)?);
            }
            Expr::AnyOp { left, compare_op, right, .. } => {
                let (left, right) = (self.spell(left)?, self.spell(right)?);
                return operators::of_array(&compare_op.to_string(), "ANY", left, right);
            }
            Expr::AllOp { left, compare_op, right } => {
                let (left, right) = (self.spell(left)?, self.spell(right)?);
                return operators::of_array(&compare_op.to_string(), "ALL", left, right);
            }
            _ => return None,
        };
        let operand = self.spell(operand)?;
        let text = if words.ends_with("NULL") {
            operand.into_text()?
        } else {
            operand.to("boolean")?.text
        };
        Some(Typed::boolean(format!("({text} {words})")))
    }

    fn column(&self, name: &ast::Ident) -> Option<Typed> {
        let name = match name.quote_style {
            Some(_) => Ident::exact(name.value.clone()),
            None => Ident::unquoted(&name.value),
        };
        let found = self.scope.columns.iter().find(|column| column.name == name)?;
        let data_type = found.data_type.as_deref().map(|data_type| match data_type {
            "serial" => "integer",
            "bigserial" => "bigint",
            "smallserial" => "smallint",
            other => other,
        });
        Some(Typed::other(name.quoted(), data_type.filter(|known| self.is_known(known))))
    }

    /// Whether the server's operators on a type are those of the tables here: its own types, and enums.
    fn is_known(&self, data_type: &str) -> bool {
        let base = without_modifier(data_type);
        let of = base.strip_suffix("[]").unwrap_or(&base);
        operators::is_builtin(of) || self.scope.schema.enums.keys().any(|name| name.quoted() == of)
    }

    fn array(&mut self, elements: &[Expr]) -> Option<Typed> {
        let elements =
            elements.iter().map(|element| self.spell(element)).collect::<Option<Vec<_>>>()?;
        let of = common(elements.iter())?;
        Typed::array(elements, |element| element.to(&of), &of)
    }

    fn unary(&mut self, op: UnaryOperator, operand: &Expr) -> Option<Typed> {
        if let (UnaryOperator::Minus, Expr::Value(value)) = (op, operand)
            && let Value::Number(digits, _) = &value.value
        {
            return calls::number(&format!("-{digits}"));
        }
        let operand = self.spell(operand)?;
        match op {
            UnaryOperator::Not => {
                Some(Typed::boolean(format!("(NOT {})", operand.to("boolean")?.text)))
            }
            UnaryOperator::Minus | UnaryOperator::Plus => {
                let base = operand.base()?;
                rank(&base)?;
                Some(Typed::other(format!("({op} {})", operand.text), Some(&base)))
            }
            _ => None,
        }
    }

    /// `a AND b AND c` is one node: what stands on the left is taken into it, what stands on the right is not.
    fn junction(&mut self, tree: &Expr, op: &BinaryOperator) -> Option<Typed> {
        let mut operands = Vec::new();
        let mut rest = tree;
        loop {
            match rest {
                Expr::Nested(inner) => rest = inner,
                Expr::BinaryOp { left, op: own, right } if own == op => {
                    operands.push(self.spell(right)?.to("boolean")?.text);
                    rest = left;
                }
                first => {
                    operands.push(self.spell(first)?.to("boolean")?.text);
                    break;
                }
            }
        }
        operands.reverse();
        Some(Typed::boolean(format!("({})", operands.join(&format!(" {op} ")))))
    }

    /// Constants become an array unless there is only one (`transformAExprIn`).
    fn in_list(&mut self, operand: &Expr, list: &[Expr], negated: bool) -> Option<Typed> {
        let operand = self.spell(operand)?;
        let mut elements =
            list.iter().map(|element| self.spell(element)).collect::<Option<Vec<_>>>()?;
        let sign = if negated { "<>" } else { "=" };
        if elements.len() == 1 {
            return operators::binary(sign, operand, elements.pop()?);
        }
        if !list.iter().all(is_constant) {
            return None;
        }
        let of = common(std::iter::once(&operand).chain(&elements))?;
        let array = Typed::array(elements, |element| element.to(&of), &of)?;
        operators::of_array(sign, if negated { "ALL" } else { "ANY" }, operand, array)
    }

    fn between(&mut self, operand: &Expr, low: &Expr, high: &Expr, negated: bool) -> Option<Typed> {
        let (operand, low, high) = (self.spell(operand)?, self.spell(low)?, self.spell(high)?);
        let (below, above, word) = if negated { ("<", ">", "OR") } else { (">=", "<=", "AND") };
        let one = operators::binary(below, operand.clone(), low)?;
        let other = operators::binary(above, operand, high)?;
        Some(Typed::boolean(format!("({} {word} {})", one.text, other.text)))
    }

    /// It stands on lines of its own, whatever is around it.
    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&Expr>,
    ) -> Option<Typed> {
        let operand = match operand {
            Some(operand) => Some(self.spell(operand)?),
            None => None,
        };
        let outer = "    ".repeat(self.cases);
        self.cases += 1;
        let (mut tests, mut results) = (Vec::new(), Vec::new());
        for when in conditions {
            let condition = self.spell(&when.condition)?;
            tests.push(match &operand {
                // A cast that nobody wrote is not printed here.
                Some(operand) => {
                    let own = (!condition.is_untyped()).then(|| condition.text.clone());
                    own.unwrap_or(operators::alike(operand.clone(), condition)?.1.text)
                }
                None => condition.to("boolean")?.text,
            });
            results.push(self.spell(&when.result)?);
        }
        results.push(match otherwise {
            Some(otherwise) => self.spell(otherwise)?,
            None => Typed::new("", None, Form::Null),
        });
        self.cases -= 1;
        let of = common(results.iter().rev().take(1).chain(&results))?;
        let operand = match operand {
            Some(operand) => format!(" {}", operand.into_text()?),
            None => String::new(),
        };
        let mut text = format!("\n{outer}CASE{operand}");
        let mut results = results.into_iter().map(|result| result.to(&of));
        for test in tests {
            text.push_str(&format!("\n{outer}    WHEN {test} THEN {}", results.next()??.text));
        }
        text.push_str(&format!("\n{outer}    ELSE {}\n{outer}END", results.next()??.text));
        Some(Typed::other(text, Some(&of)))
    }

    fn function(&mut self, call: &ast::Function) -> Option<Typed> {
        let plain = call.over.is_none()
            && call.filter.is_none()
            && call.null_treatment.is_none()
            && call.within_group.is_empty()
            && matches!(call.parameters, ast::FunctionArguments::None);
        let name = call.name.to_string().to_lowercase();
        let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
        if !plain || name.contains(['"', '.']) {
            return None;
        }
        let list = match &call.args {
            ast::FunctionArguments::None => return calls::keyword(name),
            ast::FunctionArguments::Subquery(_) => return None,
            ast::FunctionArguments::List(list) => list,
        };
        if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
            return None;
        }
        let mut arguments = Vec::new();
        for argument in &list.args {
            let ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(value)) = argument else {
                return None;
            };
            arguments.push(self.spell(value)?);
        }
        calls::call(name, arguments)
    }
}

/// Whether no column can be in it.
fn is_constant(tree: &Expr) -> bool {
    match tree {
        Expr::Value(_) | Expr::TypedString(_) => true,
        Expr::Nested(inner)
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Cast { expr: inner, .. } => is_constant(inner),
        _ => false,
    }
}

/// The type of a cast: without a length, `char` means one of any length here and of one letter elsewhere.
fn cast_type(data_type: &ast::DataType) -> String {
    format_type(&data_type.to_string())
}

fn literal(value: &Value) -> Option<Typed> {
    match value {
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => {
            // Where a line ends, the server takes the blanks before it away.
            let plain = !text.contains('\n');
            plain.then(|| Typed::new("", None, Form::Literal(text.clone())))
        }
        Value::Number(digits, false) => calls::number(digits),
        Value::Boolean(value) => {
            Some(Typed::new(value.to_string(), Some("boolean"), Form::Constant))
        }
        Value::Null => Some(Typed::new("", None, Form::Null)),
        _ => None,
    }
}
