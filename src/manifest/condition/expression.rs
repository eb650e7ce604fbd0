//! Parses the language in which Argo Rollouts' conditions are written (expr-lang.org, "Language Definition"; `parser/parser.go` and
//! `parser/operator/operator.go` of its source): literals, `result`, operators by their precedence, indexes, members, calls, and
//! predicates over lists.

use super::token::{Token, tokens};

/// A part of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Nil,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Expr>),
    /// The answer of the provider.
    Result,
    /// The element that a predicate is asked about, `#`.
    Element,
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `if ? then : otherwise`
    Choice(Box<[Expr; 3]>),
    /// `of[index]`; a member `of.name` has its name for an index.
    Index(Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Not,
    Minus,
    Plus,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
    Power,
    /// `a ?? b`: `b` where `a` is nil.
    Else,
}

/// The operators between operands, with their precedence; a higher one binds more closely.
const BINARY: [(&str, Binary, u8); 23] = [
    ("||", Binary::Or, 10),
    ("or", Binary::Or, 10),
    ("&&", Binary::And, 15),
    ("and", Binary::And, 15),
    ("==", Binary::Equal, 20),
    ("!=", Binary::NotEqual, 20),
    ("<", Binary::Less, 20),
    ("<=", Binary::AtMost, 20),
    (">", Binary::Greater, 20),
    (">=", Binary::AtLeast, 20),
    ("in", Binary::In, 20),
    ("not", Binary::NotIn, 20),
    ("contains", Binary::Contains, 20),
    ("startsWith", Binary::StartsWith, 20),
    ("endsWith", Binary::EndsWith, 20),
    ("+", Binary::Plus, 30),
    ("-", Binary::Minus, 30),
    ("*", Binary::Times, 60),
    ("/", Binary::Over, 60),
    ("%", Binary::Modulo, 60),
    ("**", Binary::Power, 100),
    ("^", Binary::Power, 100),
    ("??", Binary::Else, 200),
];
/// The operators before an operand, with their precedence.
const UNARY: [(&str, Unary, u8); 4] =
    [("not", Unary::Not, 50), ("!", Unary::Not, 50), ("-", Unary::Minus, 90), ("+", Unary::Plus, 90)];

/// A function: those that Argo Rollouts adds (`utils/evaluate`), and those of the language that are about numbers and lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    AsInt,
    AsFloat,
    IsNan,
    IsInf,
    IsNil,
    Default,
    Len,
    First,
    Last,
    Sum,
    Mean,
    Most,
    Least,
    Abs,
    Ceil,
    Floor,
    Round,
    All,
    Any,
    None,
    One,
    Filter,
    Map,
    Count,
}

const FUNCTIONS: [(&str, Function); 26] = [
    ("asInt", Function::AsInt),
    ("int", Function::AsInt),
    ("asFloat", Function::AsFloat),
    ("float", Function::AsFloat),
    ("isNaN", Function::IsNan),
    ("isInf", Function::IsInf),
    ("isNil", Function::IsNil),
    ("default", Function::Default),
    ("len", Function::Len),
    ("first", Function::First),
    ("last", Function::Last),
    ("sum", Function::Sum),
    ("mean", Function::Mean),
    ("max", Function::Most),
    ("min", Function::Least),
    ("abs", Function::Abs),
    ("ceil", Function::Ceil),
    ("floor", Function::Floor),
    ("round", Function::Round),
    ("all", Function::All),
    ("any", Function::Any),
    ("none", Function::None),
    ("one", Function::One),
    ("filter", Function::Filter),
    ("map", Function::Map),
    ("count", Function::Count),
];

impl Function {
    /// Whether its second argument is a predicate.
    pub(super) const fn has_predicate(self) -> bool {
        matches!(
            self,
            Self::All | Self::Any | Self::None | Self::One | Self::Filter | Self::Map | Self::Count
        )
    }

    /// How many arguments it takes at least.
    const fn arguments(self) -> usize {
        if self.has_predicate() || matches!(self, Self::Default) { 2 } else { 1 }
    }
}

/// The deepest nesting.
const DEEPEST: usize = 60;

/// Parses `text`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, predicates: 0 };
    let found = parser.expression(0)?;
    match parser.next() {
        Token::End => Ok(found),
        other => Err(format!("`{other}` is not expected there")),
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    /// In how many predicates the place is.
    predicates: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is = self.peek().is(sign);
        self.at += usize::from(is);
        is
    }

    fn wants(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(format!("found `{}`, not `{sign}`", self.peek())) }
    }

    fn expression(&mut self, least: u8) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let mut left = self.primary()?;
        while let Some((_, operator, binds)) = BINARY.iter().find(|(sign, ..)| self.peek().is(sign)) {
            if *binds < least {
                break;
            }
            self.at += 1;
            if *operator == Binary::NotIn {
                self.wants("in")?;
            }
            // A power binds to the right.
            let right = self.expression(if *operator == Binary::Power { *binds } else { binds + 1 })?;
            left = Expr::Binary(*operator, Box::new(left), Box::new(right));
        }
        if least == 0 && self.takes("?") {
            let then = self.expression(0)?;
            self.wants(":")?;
            let otherwise = self.expression(0)?;
            left = Expr::Choice(Box::new([left, then, otherwise]));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn primary(&mut self) -> Result<Expr, String> {
        if let Some((_, operator, binds)) = UNARY.iter().find(|(sign, ..)| self.peek().is(sign)) {
            self.at += 1;
            let of = self.expression(*binds)?;
            return self.after(Expr::Unary(*operator, Box::new(of)));
        }
        let found = match self.next() {
            Token::Number(number) => Expr::Number(number),
            Token::Text(text) => Expr::Text(text),
            Token::Sign("(") => {
                let inside = self.expression(0)?;
                self.wants(")")?;
                inside
            }
            Token::Sign("[") => Expr::List(self.listed("]")?),
            Token::Sign("#") if self.predicates > 0 => Expr::Element,
            Token::Sign(".") if self.predicates > 0 => {
                self.at -= 1;
                Expr::Element
            }
            Token::Word(word) => self.word(&word)?,
            other => return Err(format!("`{other}` is not expected there")),
        };
        self.after(found)
    }

    fn word(&mut self, word: &str) -> Result<Expr, String> {
        Ok(match word {
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "nil" => Expr::Nil,
            "result" => Expr::Result,
            _ => {
                let known = FUNCTIONS.iter().find(|(name, _)| *name == word);
                let (_, function) = known.ok_or_else(|| format!("unknown name {word}"))?;
                self.wants("(")?;
                Expr::Call(*function, self.arguments(*function)?)
            }
        })
    }

    fn arguments(&mut self, function: Function) -> Result<Vec<Expr>, String> {
        let found = if function.has_predicate() {
            let list = self.expression(0)?;
            self.wants(",")?;
            let braces = self.takes("{");
            self.predicates += 1;
            let predicate = self.expression(0)?;
            self.predicates -= 1;
            if braces {
                self.wants("}")?;
            }
            self.wants(")")?;
            vec![list, predicate]
        } else {
            self.listed(")")?
        };
        if found.len() < function.arguments() {
            return Err("a function has too few arguments".to_owned());
        }
        Ok(found)
    }

    fn listed(&mut self, end: &str) -> Result<Vec<Expr>, String> {
        let mut found = Vec::new();
        while !self.takes(end) {
            if !found.is_empty() {
                self.wants(",")?;
            }
            found.push(self.expression(0)?);
        }
        Ok(found)
    }

    /// What stands after a value: indexes and members.
    fn after(&mut self, mut of: Expr) -> Result<Expr, String> {
        loop {
            let index = if self.takes("[") {
                let index = self.expression(0)?;
                self.wants("]")?;
                index
            } else if self.takes(".") || self.takes("?.") {
                match self.next() {
                    Token::Word(name) if !self.peek().is("(") => Expr::Text(name),
                    other => return Err(format!("`{other}` is no member that an answer has")),
                }
            } else {
                return Ok(of);
            };
            of = Expr::Index(Box::new(of), Box::new(index));
        }
    }
}
