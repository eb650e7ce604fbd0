//! Plants mutants into a file: each changes one expression, and only while its number is the one that is asked for.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    BinOp, Block, Expr, ExprBinary, ImplItemFn, Item, ItemFn, ItemMod, Pat, ReturnType, Signature, Stmt, Type,
};

/// A planted fault, and the function, the line and the line's text that it stands in.
pub struct Mutant {
    pub number: u32,
    pub function: String,
    pub line: usize,
    pub text: String,
    pub what: String,
}

/// Plants into one file after another; numbers go on.
#[derive(Default)]
pub struct Planter {
    pub planted: Vec<Mutant>,
    next: u32,
    /// The lines of the file, and the function that is walked.
    lines: Vec<String>,
    function: String,
    /// Only the bodies of functions that are not constant are changed.
    inside: bool,
}

impl Planter {
    /// The file with its mutants; what was planted is in `planted`.
    pub fn plant(&mut self, text: &str) -> syn::Result<String> {
        let mut file = syn::parse_file(text)?;
        self.planted.clear();
        self.lines = text.lines().map(|line| line.trim().to_owned()).collect();
        self.visit_file_mut(&mut file);
        Ok(quote!(#file).to_string())
    }

    /// The test of a new mutant: true while it is the one.
    fn mutant(&mut self, at: Span, what: &str) -> proc_macro2::TokenStream {
        self.next += 1;
        let number = self.next;
        let line = at.start().line;
        self.planted.push(Mutant {
            number,
            function: self.function.clone(),
            line,
            text: self.lines.get(line - 1).cloned().unwrap_or_default(),
            what: what.to_owned(),
        });
        quote!(crate::mutant::on(#number))
    }

    fn function(&mut self, signature: &Signature, block: &mut Block) {
        let before = std::mem::replace(&mut self.inside, signature.constness.is_none());
        let outer = std::mem::replace(&mut self.function, signature.ident.to_string());
        self.visit_block_mut(block);
        if self.inside {
            for value in values(&signature.output) {
                let what = format!("`{}` answers {value} at once", signature.ident);
                let on = self.mutant(signature.ident.span(), &what);
                let value: Expr = syn::parse_str(value).expect("a value");
                block.stmts.insert(0, syn::parse_quote!(if #on { return #value; }));
            }
        }
        self.inside = before;
        self.function = outer;
    }
}

/// What a function of this type may answer at once.
fn values(output: &ReturnType) -> &'static [&'static str] {
    let ReturnType::Type(_, of) = output else {
        return &[];
    };
    let Type::Path(path) = &**of else { return &[] };
    let Some(last) = path.path.segments.last() else {
        return &[];
    };
    if quote!(#of).to_string().contains("impl ") {
        return &[];
    }
    match last.ident.to_string().as_str() {
        "bool" => &["true", "false"],
        "Option" => &["None"],
        "u8" | "u16" | "u32" | "u64" | "usize" | "i64" | "i32" => &["0", "1"],
        "f64" => &["0.0", "1.0"],
        _ => &[],
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg") && quote!(#attribute).to_string().contains("test")
    })
}

/// Whether a condition binds names, so that it cannot be a value.
fn binds(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) => binds(&both.left) || binds(&both.right),
        Expr::Paren(inner) => binds(&inner.expr),
        _ => false,
    }
}

fn is_number(value: &Expr) -> bool {
    matches!(value, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Int(_) | syn::Lit::Float(_)))
}

/// Another operator that takes and gives the same types, and both as they are written.
fn other(op: &BinOp, right: &Expr) -> Option<(BinOp, &'static str)> {
    Some(match op {
        BinOp::Lt(_) => (syn::parse_quote!(<=), "< is <="),
        BinOp::Le(_) => (syn::parse_quote!(<), "<= is <"),
        BinOp::Gt(_) => (syn::parse_quote!(>=), "> is >="),
        BinOp::Ge(_) => (syn::parse_quote!(>), ">= is >"),
        BinOp::Eq(_) => (syn::parse_quote!(!=), "== is !="),
        BinOp::Ne(_) => (syn::parse_quote!(==), "!= is =="),
        BinOp::Add(_) if is_number(right) => (syn::parse_quote!(-), "+ is -"),
        BinOp::Sub(_) if is_number(right) => (syn::parse_quote!(+), "- is +"),
        _ => return None,
    })
}

/// What a statement does, where it can be left out.
fn left_out(statement: &Stmt) -> Option<&'static str> {
    let Stmt::Expr(what, Some(_)) = statement else {
        return None;
    };
    match what {
        Expr::MethodCall(_) | Expr::Call(_) => Some("a call is left out"),
        Expr::Assign(to) if !matches!(&*to.left, Expr::Path(_) | Expr::Tuple(_)) => {
            Some("an assignment is left out")
        }
        Expr::Binary(ExprBinary { op, .. }) => match op {
            BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::BitOrAssign(_) => {
                Some("a change is left out")
            }
            _ => None,
        },
        _ => None,
    }
}

impl VisitMut for Planter {
    fn visit_item_mod_mut(&mut self, of: &mut ItemMod) {
        if !is_test(&of.attrs) {
            visit_mut::visit_item_mod_mut(self, of);
        }
    }

    fn visit_item_fn_mut(&mut self, of: &mut ItemFn) {
        if !is_test(&of.attrs) {
            self.function(&of.sig, &mut of.block);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, of: &mut ImplItemFn) {
        if !is_test(&of.attrs) {
            self.function(&of.sig, &mut of.block);
        }
    }

    fn visit_item_mut(&mut self, of: &mut Item) {
        if !matches!(of, Item::Const(_) | Item::Static(_) | Item::Macro(_) | Item::Enum(_) | Item::Struct(_))
        {
            visit_mut::visit_item_mut(self, of);
        }
    }

    fn visit_impl_item_const_mut(&mut self, _: &mut syn::ImplItemConst) {}

    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_path_arguments_mut(&mut self, _: &mut syn::PathArguments) {}

    fn visit_expr_repeat_mut(&mut self, of: &mut syn::ExprRepeat) {
        self.visit_expr_mut(&mut of.expr);
    }

    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}

    fn visit_stmt_mut(&mut self, of: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, of);
        if let Some(what) = left_out(of).filter(|_| self.inside) {
            let on = self.mutant(of.span(), what);
            let statement = of.clone();
            *of = syn::parse_quote!(if !#on { #statement });
        }
    }

    fn visit_expr_mut(&mut self, of: &mut Expr) {
        let at = of.span();
        visit_mut::visit_expr_mut(self, of);
        if !self.inside {
            return;
        }
        match of {
            Expr::Binary(both)
                if matches!(both.op, BinOp::And(_) | BinOp::Or(_))
                    && !binds(&both.left)
                    && !binds(&both.right) =>
            {
                let is_and = matches!(both.op, BinOp::And(_));
                let on = self.mutant(at, if is_and { "&& is ||" } else { "|| is &&" });
                let (left, right) = (&both.left, &both.right);
                // `l && r` is `r` where `l` holds and else `l`; `l || r` the other way round. Neither side is written twice.
                *of = syn::parse_quote!({ let left: bool = #left; if left != (#on == #is_and) { #right } else { left } });
            }
            Expr::Binary(both) => {
                let Some((op, what)) = other(&both.op, &both.right) else {
                    return;
                };
                let on = self.mutant(at, what);
                let (left, right, before) = (&both.left, &both.right, &both.op);
                *of = syn::parse_quote!((if #on { #left #op #right } else { #left #before #right }));
            }
            Expr::Unary(syn::ExprUnary { op: syn::UnOp::Not(_), expr, .. }) => {
                let on = self.mutant(at, "! is left out");
                // Twice, so that it is a value as well where a reference is asked.
                *of = syn::parse_quote!((if #on { !!#expr } else { !#expr }));
            }
            Expr::MethodCall(call)
                if call.args.len() == 1 && (call.method == "min" || call.method == "max") =>
            {
                let is_min = call.method == "min";
                let on = self.mutant(at, if is_min { "min is max" } else { "max is min" });
                let mut swapped = call.clone();
                swapped.method = syn::Ident::new(if is_min { "max" } else { "min" }, call.method.span());
                *of = syn::parse_quote!((if #on { #swapped } else { #call }));
            }
            Expr::If(condition) if !binds(&condition.cond) => {
                let [never, always] =
                    ["a condition never holds", "a condition always holds"].map(|what| self.mutant(at, what));
                let cond = condition.cond.clone();
                *condition.cond = syn::parse_quote!(((#cond) || #always) && !#never);
            }
            _ => {}
        }
    }
}
