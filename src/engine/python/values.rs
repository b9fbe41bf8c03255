//! The parser's expressions → ours.

use std::sync::Arc;

use ruff_python_ast::{
    BoolOp, CmpOp, Expr, ExprBinOp, ExprCall, ExprFString, ExprLambda, FStringPart,
    InterpolatedElement, InterpolatedStringElement, Number, Operator as BinaryOperator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

use super::parse::Source;
use super::{
    Comparison, Comprehension, Generator, Operator, PyCall, PyFunction, PyKind, PyStatement,
    PyStmt, PyValue,
};

/// Lowers an expression. Recursion is bounded: [`super::nesting`] has refused deep texts.
pub(super) fn lower(source: &Source<'_>, expression: &Expr) -> PyValue {
    let kind = match expression {
        Expr::NoneLiteral(_) => PyKind::None,
        Expr::BooleanLiteral(literal) => PyKind::Bool(literal.value),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(number) => PyKind::Int(number.as_i64()),
            _ => unknown("a number with a fraction", []),
        },
        Expr::StringLiteral(literal) => PyKind::Str(literal.value.to_str().to_owned()),
        Expr::FString(literal) => format_string(source, literal),
        Expr::Tuple(all) => PyKind::Tuple(lower_all(source, &all.elts)),
        Expr::List(all) => PyKind::List(lower_all(source, &all.elts)),
        Expr::Set(all) => PyKind::Set(lower_all(source, &all.elts)),
        Expr::Dict(all) => PyKind::Dict(
            all.items
                .iter()
                .map(|item| {
                    (item.key.as_ref().map(|key| lower(source, key)), lower(source, &item.value))
                })
                .collect(),
        ),
        Expr::Name(name) => PyKind::Path(vec![name.id.to_string()]),
        Expr::Attribute(_) => attribute(source, expression),
        Expr::Call(call) => lower_call(source, call),
        Expr::Starred(starred) => PyKind::Starred(Box::new(lower(source, &starred.value))),
        Expr::BinOp(binary) if binary.op == BinaryOperator::Add => {
            PyKind::Plus(plus(source, binary))
        }
        Expr::UnaryOp(unary) => {
            let operand = lower(source, &unary.operand);
            match (unary.op, &operand.kind) {
                (UnaryOp::USub, PyKind::Int(Some(number))) => PyKind::Int(number.checked_neg()),
                (UnaryOp::Not, _) => operation(Operator::Not, vec![operand]),
                _ => unknown("an operator", [operand]),
            }
        }
        other => lower_other(source, other),
    };
    PyValue { kind, span: source.span(expression.range()) }
}

/// What is not followed, with the expressions inside it.
fn lower_other(source: &Source<'_>, expression: &Expr) -> PyKind {
    let one = |inner: &Expr| lower(source, inner);
    match expression {
        Expr::BinOp(binary) => match (binary_operator(binary.op), &*binary.left) {
            // A longer chain is walked in a loop, and not worked out.
            (Some(operator), left) if !matches!(left, Expr::BinOp(_)) => {
                operation(operator, vec![one(left), one(&binary.right)])
            }
            _ => unknown("an operator", left_chain(source, expression)),
        },
        Expr::BoolOp(all) => {
            let operator = match all.op {
                BoolOp::And => Operator::And,
                BoolOp::Or => Operator::Or,
            };
            operation(operator, lower_all(source, &all.values))
        }
        Expr::Compare(all) => {
            let mut parts = vec![one(&all.left)];
            parts.extend(lower_all(source, &all.comparators));
            let signs = all.ops.iter().map(|sign| comparison(*sign)).collect();
            operation(Operator::Compare(signs), parts)
        }
        Expr::If(all) => {
            let parts = [&all.test, &all.body, &all.orelse].map(|e| one(e));
            operation(Operator::Conditional, parts.to_vec())
        }
        Expr::Named(named) => unknown("`:=`", [one(&named.target), one(&named.value)]),
        Expr::Lambda(all) => lambda(source, all),
        Expr::Subscript(all) => {
            operation(Operator::Subscript, vec![one(&all.value), one(&all.slice)])
        }
        Expr::Slice(all) => {
            let none = || PyValue { kind: PyKind::None, span: source.span(all.range()) };
            let parts = [&all.lower, &all.upper, &all.step];
            let parts = parts.map(|part| part.as_ref().map_or_else(none, |part| one(part)));
            operation(Operator::Slice, parts.to_vec())
        }
        Expr::Await(all) => unknown("`await`", [one(&all.value)]),
        Expr::Yield(all) => unknown("`yield`", all.value.iter().map(|e| one(e))),
        Expr::YieldFrom(all) => unknown("`yield`", [one(&all.value)]),
        Expr::ListComp(all) => comprehension(source, (None, &all.elt), &all.generators, false),
        Expr::SetComp(all) => comprehension(source, (None, &all.elt), &all.generators, true),
        Expr::Generator(all) => comprehension(source, (None, &all.elt), &all.generators, false),
        Expr::DictComp(all) => {
            comprehension(source, (all.key.as_deref(), &all.value), &all.generators, false)
        }
        Expr::BytesLiteral(_) => unknown("bytes", []),
        Expr::EllipsisLiteral(_) => unknown("`...`", []),
        _ => unknown("an expression of another kind", []),
    }
}

fn comprehension(
    source: &Source<'_>,
    (key, element): (Option<&Expr>, &Expr),
    generators: &[ruff_python_ast::Comprehension],
    is_set: bool,
) -> PyKind {
    let generators = generators.iter().map(|generator| Generator {
        target: lower(source, &generator.target),
        iterable: lower(source, &generator.iter),
        conditions: lower_all(source, &generator.ifs),
    });
    PyKind::Comprehension(Box::new(Comprehension {
        key: key.map(|key| lower(source, key)),
        element: lower(source, element),
        generators: generators.collect(),
        is_set,
    }))
}

/// A function whose body is one `return`.
fn lambda(source: &Source<'_>, all: &ExprLambda) -> PyKind {
    let parameters = all.parameters.as_ref();
    let parameters = parameters.map(|given| super::statements::parameters(source, given));
    let kind = PyStmt::Return(Some(lower(source, &all.body)));
    PyKind::Lambda(Arc::new(PyFunction {
        returns: None,
        name: String::new(),
        parameters: parameters.unwrap_or_default(),
        decorators: Vec::new(),
        is_async: false,
        body: vec![PyStatement { kind, span: source.span(all.body.range()) }],
    }))
}

fn operation(operator: Operator, parts: Vec<PyValue>) -> PyKind {
    PyKind::Operation { operator, parts }
}

fn binary_operator(operator: BinaryOperator) -> Option<Operator> {
    match operator {
        BinaryOperator::Mod => Some(Operator::Percent),
        BinaryOperator::Sub => Some(Operator::Minus),
        BinaryOperator::Mult => Some(Operator::Times),
        BinaryOperator::BitOr => Some(Operator::Union),
        BinaryOperator::BitAnd => Some(Operator::Intersection),
        _ => None,
    }
}

fn comparison(sign: CmpOp) -> Comparison {
    match sign {
        CmpOp::Eq => Comparison::Equal,
        CmpOp::NotEq => Comparison::NotEqual,
        CmpOp::Lt => Comparison::Less,
        CmpOp::LtE => Comparison::LessOrEqual,
        CmpOp::Gt => Comparison::Greater,
        CmpOp::GtE => Comparison::GreaterOrEqual,
        CmpOp::Is => Comparison::Is,
        CmpOp::IsNot => Comparison::IsNot,
        CmpOp::In => Comparison::In,
        CmpOp::NotIn => Comparison::NotIn,
    }
}

fn unknown(why: &'static str, parts: impl IntoIterator<Item = PyValue>) -> PyKind {
    PyKind::Unknown { why, parts: parts.into_iter().collect() }
}

fn lower_all(source: &Source<'_>, all: &[Expr]) -> Vec<PyValue> {
    all.iter().map(|inner| lower(source, inner)).collect()
}

/// `a.b.c`, walked from the right in a loop.
fn attribute(source: &Source<'_>, expression: &Expr) -> PyKind {
    let mut names: Vec<(String, TextRange)> = Vec::new();
    let mut inner = expression;
    while let Expr::Attribute(attribute) = inner {
        names.push((attribute.attr.to_string(), inner.range()));
        inner = &attribute.value;
    }
    names.reverse();
    if let Expr::Name(name) = inner {
        let rest = names.into_iter().map(|(name, _)| name);
        return PyKind::Path([name.id.to_string()].into_iter().chain(rest).collect());
    }
    let mut value = lower(source, inner);
    for (name, range) in names {
        let kind = PyKind::Attribute { of: Box::new(value), name };
        value = PyValue { kind, span: source.span(range) };
    }
    value.kind
}

/// The operands of `a + b + c`, walked down the left side in a loop.
fn plus(source: &Source<'_>, binary: &ExprBinOp) -> Vec<PyValue> {
    let mut operands = vec![lower(source, &binary.right)];
    let mut left = &*binary.left;
    while let Expr::BinOp(next) = left {
        if next.op != BinaryOperator::Add {
            break;
        }
        operands.push(lower(source, &next.right));
        left = &next.left;
    }
    operands.push(lower(source, left));
    operands.reverse();
    operands
}

fn left_chain(source: &Source<'_>, expression: &Expr) -> Vec<PyValue> {
    let mut operands = Vec::new();
    let mut left = expression;
    while let Expr::BinOp(next) = left {
        operands.push(lower(source, &next.right));
        left = &next.left;
    }
    operands.push(lower(source, left));
    operands.reverse();
    operands
}

fn lower_call(source: &Source<'_>, call: &ExprCall) -> PyKind {
    PyKind::Call(Box::new(PyCall {
        function: lower(source, &call.func),
        args: lower_all(source, &call.arguments.args),
        kwargs: call
            .arguments
            .keywords
            .iter()
            .map(|keyword| {
                (keyword.arg.as_ref().map(ToString::to_string), lower(source, &keyword.value))
            })
            .collect(),
    }))
}

fn format_string(source: &Source<'_>, literal: &ExprFString) -> PyKind {
    let mut parts = Vec::new();
    for part in literal.value.as_slice() {
        match part {
            FStringPart::Literal(text) => parts.push(PyValue {
                kind: PyKind::Str(text.as_str().to_owned()),
                span: source.span(text.range()),
            }),
            FStringPart::FString(inner) => {
                parts.extend(inner.elements.iter().map(|element| match element {
                    InterpolatedStringElement::Literal(text) => PyValue {
                        kind: PyKind::Str(text.value.to_string()),
                        span: source.span(text.range()),
                    },
                    InterpolatedStringElement::Interpolation(hole) => interpolation(source, hole),
                }));
            }
        }
    }
    PyKind::Format(parts)
}

/// A plain `{value}`; conversions and format specifications are not followed.
fn interpolation(source: &Source<'_>, hole: &InterpolatedElement) -> PyValue {
    let value = lower(source, &hole.expression);
    let plain = hole.debug_text.is_none()
        && hole.format_spec.is_none()
        && hole.conversion == ruff_python_ast::ConversionFlag::None;
    if plain {
        return value;
    }
    let span = source.span(hole.range());
    PyValue { kind: unknown("a format specification", [value]), span }
}
