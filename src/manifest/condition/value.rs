//! What a condition gives for an answer of a provider, as Argo Rollouts evaluates it (`utils/evaluate`).

use super::expression::{Binary, Expr, Function, Unary};

/// An answer of a provider, or a part of one. Prometheus answers with a list of numbers, or with one number (a scalar).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Nil,
    /// True or false.
    Bool(bool),
    /// A number; NaN where nothing was divided by nothing.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Values by their names.
    Map(Vec<(String, Value)>),
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The types do not fit. Upstream says so before anything is evaluated, so that no `||` can hide it.
    Type(String),
    /// This answer has no such part.
    Answer(String),
}

/// The answer, and the element that a predicate is asked about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'v> {
    pub result: &'v Value,
    pub element: Option<&'v Value>,
}

type Found = Result<Value, Wrong>;

fn mismatch(what: &str) -> Wrong {
    Wrong::Type(format!("{what} does not go with these types"))
}

/// The value of `expr`.
pub(super) fn value(expr: &Expr, asked: Asked<'_>) -> Found {
    let of = |expr: &Expr| value(expr, asked);
    Ok(match expr {
        Expr::Nil => Value::Nil,
        Expr::Bool(value) => Value::Bool(*value),
        Expr::Number(number) => Value::Number(*number),
        Expr::Text(text) => Value::Text(text.clone()),
        Expr::List(items) => Value::List(items.iter().map(of).collect::<Result<_, _>>()?),
        Expr::Result => asked.result.clone(),
        Expr::Element => asked.element.cloned().unwrap_or(Value::Nil),
        Expr::Unary(operator, inside) => match (operator, of(inside)?) {
            (Unary::Not, Value::Bool(value)) => Value::Bool(!value),
            (Unary::Minus, Value::Number(number)) => Value::Number(-number),
            (Unary::Plus, Value::Number(number)) => Value::Number(number),
            _ => return Err(mismatch("the operator before it")),
        },
        Expr::Binary(operator @ (Binary::Or | Binary::And), left, right) => {
            let Value::Bool(left) = of(left)? else { return Err(mismatch("`&&` or `||`")) };
            let decides = left == (*operator == Binary::Or);
            match of(right) {
                Ok(Value::Bool(right)) => Value::Bool(if decides { left } else { right }),
                Ok(_) => return Err(mismatch("`&&` or `||`")),
                Err(Wrong::Answer(_)) if decides => Value::Bool(left),
                Err(wrong) => return Err(wrong),
            }
        }
        Expr::Binary(Binary::Else, left, right) => match of(left)? {
            Value::Nil => of(right)?,
            found => found,
        },
        Expr::Binary(operator, left, right) => binary(*operator, &of(left)?, &of(right)?)?,
        Expr::Choice(parts) => {
            let [test, then, otherwise] = parts.as_ref();
            let Value::Bool(holds) = of(test)? else { return Err(mismatch("`?`")) };
            let (taken, other) = if holds { (then, otherwise) } else { (otherwise, then) };
            if let Err(wrong @ Wrong::Type(_)) = of(other) {
                return Err(wrong);
            }
            of(taken)?
        }
        Expr::Index(of_what, index) => part(&of(of_what)?, &of(index)?)?,
        Expr::Call(function, arguments) => call(*function, arguments, asked)?,
    })
}

fn part(of: &Value, index: &Value) -> Found {
    let missing = || Wrong::Answer("the answer has no such part".to_owned());
    match (of, index) {
        (Value::List(items), Value::Number(index)) => {
            let at = if *index < 0.0 { items.len() as f64 + index } else { *index };
            if at.fract() != 0.0 || at < 0.0 {
                return Err(missing());
            }
            items.get(at as usize).cloned().ok_or_else(missing)
        }
        (Value::Map(entries), Value::Text(name)) => {
            Ok(entries.iter().find(|(key, _)| key == name).map_or(Value::Nil, |(_, value)| value.clone()))
        }
        (Value::Nil, _) => Err(missing()),
        _ => Err(mismatch("an index")),
    }
}

fn binary(operator: Binary, left: &Value, right: &Value) -> Found {
    Ok(match (operator, left, right) {
        (Binary::Equal, ..) => Value::Bool(same(left, right)?),
        (Binary::NotEqual, ..) => Value::Bool(!same(left, right)?),
        (Binary::In, _, Value::List(items)) => Value::Bool(items.contains(left)),
        (Binary::NotIn, _, Value::List(items)) => Value::Bool(!items.contains(left)),
        (Binary::In, Value::Text(name), Value::Map(of)) => Value::Bool(of.iter().any(|(key, _)| key == name)),
        (Binary::NotIn, Value::Text(name), Value::Map(of)) => {
            Value::Bool(!of.iter().any(|(key, _)| key == name))
        }
        (Binary::Contains, Value::Text(of), Value::Text(part)) => Value::Bool(of.contains(part.as_str())),
        (Binary::StartsWith, Value::Text(of), Value::Text(part)) => {
            Value::Bool(of.starts_with(part.as_str()))
        }
        (Binary::EndsWith, Value::Text(of), Value::Text(part)) => Value::Bool(of.ends_with(part.as_str())),
        (Binary::Plus, Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{right}")),
        (_, Value::Number(left), Value::Number(right)) => numbers(operator, *left, *right)?,
        (Binary::Less, Value::Text(left), Value::Text(right)) => Value::Bool(left < right),
        (Binary::AtMost, Value::Text(left), Value::Text(right)) => Value::Bool(left <= right),
        (Binary::Greater, Value::Text(left), Value::Text(right)) => Value::Bool(left > right),
        (Binary::AtLeast, Value::Text(left), Value::Text(right)) => Value::Bool(left >= right),
        (_, Value::Nil, _) | (_, _, Value::Nil) => return Err(Wrong::Answer("nil has no value".to_owned())),
        _ => return Err(mismatch("the operator")),
    })
}

fn numbers(operator: Binary, left: f64, right: f64) -> Found {
    Ok(match operator {
        Binary::Less => Value::Bool(left < right),
        Binary::AtMost => Value::Bool(left <= right),
        Binary::Greater => Value::Bool(left > right),
        Binary::AtLeast => Value::Bool(left >= right),
        Binary::Plus => Value::Number(left + right),
        Binary::Minus => Value::Number(left - right),
        Binary::Times => Value::Number(left * right),
        Binary::Over => Value::Number(left / right),
        Binary::Modulo => Value::Number(left % right),
        Binary::Power => Value::Number(libm::pow(left, right)),
        _ => return Err(mismatch("the operator")),
    })
}

/// Whether two values are equal; nil may be compared with all, other types with their own.
fn same(left: &Value, right: &Value) -> Result<bool, Wrong> {
    match (left, right) {
        (Value::Nil, other) | (other, Value::Nil) => Ok(*other == Value::Nil),
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Text(_), Value::Text(_))
        | (Value::List(_), Value::List(_))
        | (Value::Map(_), Value::Map(_)) => Ok(left == right),
        _ => Err(mismatch("`==`")),
    }
}

fn call(function: Function, arguments: &[Expr], asked: Asked<'_>) -> Found {
    if function.has_predicate() {
        return predicate(function, arguments, asked);
    }
    let given = arguments.iter().map(|of| value(of, asked)).collect::<Result<Vec<_>, _>>()?;
    let none = || Wrong::Answer("the list is empty".to_owned());
    Ok(match (function, given.as_slice()) {
        (Function::AsInt, [Value::Number(number)]) => Value::Number(number.trunc()),
        (Function::AsInt, [Value::Text(text)]) => {
            let number: Result<i64, _> = text.parse();
            Value::Number(number.map_err(|_| Wrong::Answer(format!("\"{text}\" is no whole number")))? as f64)
        }
        (Function::AsFloat, [Value::Number(number)]) => Value::Number(*number),
        (Function::AsFloat, [Value::Text(text)]) => {
            Value::Number(text.parse().map_err(|_| Wrong::Answer(format!("\"{text}\" is no number")))?)
        }
        (Function::IsNan, [Value::Number(number)]) => Value::Bool(number.is_nan()),
        (Function::IsInf, [Value::Number(number)]) => Value::Bool(number.is_infinite()),
        // Both are about the whole answer, whatever their first argument is (`isNilFunc`, `defaultFunc`).
        (Function::IsNil, [_]) => Value::Bool(*asked.result == Value::Nil),
        (Function::Default, [_, otherwise]) => match asked.result {
            Value::Nil => otherwise.clone(),
            found => found.clone(),
        },
        (Function::Len, [Value::List(items)]) => Value::Number(items.len() as f64),
        (Function::Len, [Value::Map(entries)]) => Value::Number(entries.len() as f64),
        (Function::Len, [Value::Text(text)]) => Value::Number(text.chars().count() as f64),
        (Function::First, [Value::List(items)]) => items.first().cloned().unwrap_or(Value::Nil),
        (Function::Last, [Value::List(items)]) => items.last().cloned().unwrap_or(Value::Nil),
        (Function::Abs, [Value::Number(number)]) => Value::Number(number.abs()),
        (Function::Ceil, [Value::Number(number)]) => Value::Number(number.ceil()),
        (Function::Floor, [Value::Number(number)]) => Value::Number(number.floor()),
        (Function::Round, [Value::Number(number)]) => Value::Number(number.round()),
        (Function::Sum | Function::Mean | Function::Most | Function::Least, given) => {
            let items = match given {
                [Value::List(items)] => items.as_slice(),
                items => items,
            };
            let number = |item: &Value| match item {
                Value::Number(number) => Ok(*number),
                _ => Err(mismatch("a sum")),
            };
            let numbers = items.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            let sum: f64 = numbers.iter().sum();
            let best = |a: f64, b: f64| if (function == Function::Most) == (a > b) { a } else { b };
            Value::Number(match function {
                Function::Sum => sum,
                Function::Mean if numbers.is_empty() => 0.0,
                Function::Mean => sum / numbers.len() as f64,
                _ => numbers.into_iter().reduce(best).ok_or_else(none)?,
            })
        }
        (_, [Value::Nil, ..]) => return Err(Wrong::Answer("nil has no value".to_owned())),
        _ => return Err(mismatch("a function")),
    })
}

fn predicate(function: Function, arguments: &[Expr], asked: Asked<'_>) -> Found {
    let [list, test] = arguments else { return Err(mismatch("a predicate")) };
    let items = match value(list, asked)? {
        Value::List(items) => items,
        Value::Nil => return Err(Wrong::Answer("nil has no elements".to_owned())),
        _ => return Err(mismatch("a predicate over what is no list")),
    };
    let found = items.iter().map(|item| value(test, Asked { element: Some(item), ..asked }));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    if function == Function::Map {
        return Ok(Value::List(found));
    }
    let holds = |of: &Value| match of {
        Value::Bool(holds) => Ok(*holds),
        _ => Err(mismatch("a predicate")),
    };
    let holds = found.iter().map(holds).collect::<Result<Vec<_>, _>>()?;
    let count = holds.iter().filter(|holds| **holds).count();
    Ok(match function {
        Function::All => Value::Bool(count == holds.len()),
        Function::Any => Value::Bool(count > 0),
        Function::None => Value::Bool(count == 0),
        Function::One => Value::Bool(count == 1),
        Function::Count => Value::Number(count as f64),
        _ => Value::List(
            items.into_iter().zip(holds).filter(|(_, holds)| *holds).map(|(item, _)| item).collect(),
        ),
    })
}
