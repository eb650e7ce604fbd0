//! Puts the shipped scenarios and exercises into the binary: writes a table of their paths and texts for `library::shipped`.
//! And reads every knob of scenarios and plans, with its default and what is said about it, out of the types that declare
//! them, for `library::knobs`: so that both are written once.

#![expect(clippy::disallowed_methods, reason = "a build script is told its folders by variables")]

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use syn::{Attribute, Expr, Fields, Item, Lit, Meta};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut paths = Vec::new();
    for folder in ["scenarios", "exercises"] {
        collect(&root, folder, &mut paths)?;
    }
    paths.sort();
    let mut table = String::from("&[\n");
    for path in &paths {
        writeln!(
            table,
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),",
            format!("/{path}")
        )?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("shipped.rs"), table)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("knobs.rs"), knobs(&root)?)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// Adds the paths of all `.ron`, `.md`, `.csv` and `.yaml` files under `folder`, relative to `root`, with `/` between their parts.
fn collect(root: &Path, folder: &str, paths: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let full = root.join(folder);
    println!("cargo::rerun-if-changed={}", full.display());
    if !full.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(full)? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(root, &path, paths)?;
        } else if [".ron", ".md", ".csv", ".yaml"].iter().any(|ending| path.ends_with(ending)) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Where knobs are declared, and in which kind of file they stand.
const DECLARED: [(&str, &str); 5] = [
    ("src/scenario", "scenario"),
    ("src/telemetry", "plan"),
    ("src/sim", "plan"),
    ("src/control", "plan"),
    ("src/exercise", "exercise"),
];

/// A table of all fields and variants that files may hold.
fn knobs(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::from("&[\n");
    for (folder, stands_in) in DECLARED {
        let mut paths = Vec::new();
        rust_files(&root.join(folder), &mut paths)?;
        let door = root.join(folder).with_extension("rs");
        paths.extend(door.is_file().then_some(door));
        paths.sort();
        for path in paths {
            println!("cargo::rerun-if-changed={}", path.display());
            let file = syn::parse_file(&fs::read_to_string(&path)?)?;
            for item in &file.items {
                read_item(item, &file.items, stands_in, &mut table)?;
            }
        }
    }
    table.push_str("]\n");
    Ok(table)
}

fn rust_files(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, paths)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}

/// Adds the knobs of one type, if it is read from files.
fn read_item(item: &Item, items: &[Item], stands_in: &str, table: &mut String) -> Result<(), Box<dyn Error>> {
    match item {
        Item::Struct(of) if is_read(&of.attrs) => {
            let name = of.ident.to_string();
            let whole = has_serde_default(&of.attrs);
            fields(&name, &of.fields, whole, items, stands_in, table)?;
        }
        Item::Enum(of) if is_read(&of.attrs) => {
            let name = of.ident.to_string();
            for variant in &of.variants {
                let is_default = variant.attrs.iter().any(|attr| attr.path().is_ident("default"));
                let default = is_default.then(|| "this one".to_owned());
                let variant_name = variant.ident.to_string();
                let holds = held_by(&variant.fields);
                row(table, stands_in, &name, &variant_name, ("", &holds), &about(&variant.attrs), default)?;
                let inside = format!("{name}::{}", variant.ident);
                fields(&inside, &variant.fields, false, items, stands_in, table)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn fields(
    of: &str,
    fields: &Fields,
    whole: bool,
    items: &[Item],
    stands_in: &str,
    table: &mut String,
) -> Result<(), Box<dyn Error>> {
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let serde = serde_words(&field.attrs);
        if serde.iter().any(|(key, _)| key == "skip") {
            continue;
        }
        let said = |wanted: &str| serde.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.clone());
        let name = said("rename").unwrap_or_else(|| ident.to_string());
        let default = match said("default") {
            Some(function) if !function.is_empty() => value_of_function(&function, items),
            _ if whole => default_of_type(of, &ident.to_string(), items),
            Some(_) => Some(zero_of(&field.ty)),
            None => None,
        };
        row(table, stands_in, of, &name, (&type_name(&field.ty), ""), &about(&field.attrs), default)?;
    }
    Ok(())
}

fn row(
    table: &mut String,
    stands_in: &str,
    of: &str,
    name: &str,
    (kind, holds): (&str, &str),
    about: &str,
    default: Option<String>,
) -> Result<(), std::fmt::Error> {
    writeln!(
        table,
        "    Knob {{ file: {stands_in:?}, of: {of:?}, name: {name:?}, kind: {kind:?}, holds: {holds:?}, about: {about:?}, default: {default:?} }},"
    )
}

/// The type of what a choice without named fields holds.
fn held_by(fields: &Fields) -> String {
    let Fields::Unnamed(unnamed) = fields else { return String::new() };
    let types: Vec<String> = unnamed.unnamed.iter().map(|field| type_name(&field.ty)).collect();
    match types.as_slice() {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    }
}

fn is_read(attrs: &[Attribute]) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
        let mut found = false;
        let _ = attr.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("Deserialize");
            Ok(())
        });
        found
    })
}

/// What `#[serde(...)]` says: keys, and their texts where they have some.
fn serde_words(attrs: &[Attribute]) -> Vec<(String, String)> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let _ = attr.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let value = match meta.value() {
                Ok(value) => value.parse::<syn::LitStr>().map(|text| text.value()).unwrap_or_default(),
                Err(_) => String::new(),
            };
            words.push((key, value));
            Ok(())
        });
    }
    words
}

fn has_serde_default(attrs: &[Attribute]) -> bool {
    serde_words(attrs).iter().any(|(key, _)| key == "default")
}

/// The doc comment, as one paragraph.
fn about(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter(|attr| attr.path().is_ident("doc")).filter_map(|attr| {
        let Meta::NameValue(pair) = &attr.meta else { return None };
        let Expr::Lit(literal) = &pair.value else { return None };
        let Lit::Str(text) = &literal.lit else { return None };
        Some(text.value().trim().to_owned())
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// A type as its name, without its path and what it borrows.
fn type_name(kind: &syn::Type) -> String {
    let syn::Type::Path(path) = kind else {
        return if let syn::Type::Tuple(tuple) = kind {
            let parts: Vec<String> = tuple.elems.iter().map(type_name).collect();
            format!("({})", parts.join(", "))
        } else {
            String::new()
        };
    };
    let Some(last) = path.path.segments.last() else { return String::new() };
    let mut name = last.ident.to_string();
    if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments {
        let inner: Vec<String> = arguments
            .args
            .iter()
            .filter_map(|argument| {
                if let syn::GenericArgument::Type(kind) = argument { Some(type_name(kind)) } else { None }
            })
            .collect();
        name = format!("{name}<{}>", inner.join(", "));
    }
    name
}

/// The default of a type that says no other: empty, nothing, zero, no.
fn zero_of(kind: &syn::Type) -> String {
    let name = type_name(kind);
    match name.as_str() {
        "bool" => "false",
        "String" => "\"\"",
        "Span" => "0s",
        "Share" => "0%",
        "u8" | "u16" | "u32" | "u64" | "i32" | "f64" | "usize" => "0",
        _ if name.starts_with("Option") => "none",
        _ if name.starts_with("Vec") => "[]",
        _ if name.starts_with("BTreeMap") => "{}",
        _ => return format!("that of {name}"),
    }
    .to_owned()
}

/// What a function without arguments answers with, when it is one expression.
fn value_of_function(name: &str, items: &[Item]) -> Option<String> {
    let function = items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })?;
    match function.block.stmts.last()? {
        syn::Stmt::Expr(value, None) => Some(shown(value, items)),
        _ => None,
    }
}

/// What `impl Default for OF` gives the field.
fn default_of_type(of: &str, field: &str, items: &[Item]) -> Option<String> {
    let block = items.iter().find_map(|item| {
        let Item::Impl(of_default) = item else { return None };
        let (_, path, _) = of_default.trait_.as_ref()?;
        let right = path.is_ident("Default") && type_name(&of_default.self_ty) == of;
        right.then_some(of_default)
    });
    let Some(block) = block else {
        // Derived: every field has its type's.
        let kind = items.iter().find_map(|item| match item {
            Item::Struct(found) if found.ident == of => {
                found.fields.iter().find(|found| found.ident.as_ref().is_some_and(|name| name == field))
            }
            _ => None,
        })?;
        return Some(zero_of(&kind.ty));
    };
    let syn::ImplItem::Fn(function) = block.items.first()? else { return None };
    let syn::Stmt::Expr(Expr::Struct(made), None) = function.block.stmts.last()? else { return None };
    let given = made
        .fields
        .iter()
        .find(|given| matches!(&given.member, syn::Member::Named(name) if name == field))?;
    Some(shown(&given.expr, items))
}

/// An expression as a file would write its value.
fn shown(value: &Expr, items: &[Item]) -> String {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => format!("{:?}", text.value()),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            Lit::Bool(yes) => yes.value.to_string(),
            _ => String::new(),
        },
        Expr::Path(path) => {
            let parts: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
            match parts.join("::").as_str() {
                "Span::ZERO" => "0s".to_owned(),
                "Share::ZERO" => "0%".to_owned(),
                "Share::ALL" => "100%".to_owned(),
                "None" => "none".to_owned(),
                _ => parts.last().cloned().unwrap_or_default(),
            }
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return String::new() };
            let parts: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
            let inside: Vec<String> = call.args.iter().map(|argument| shown(argument, items)).collect();
            let inside = inside.join(", ");
            match parts.join("::").as_str() {
                "Span::from_secs" => seconds(&inside),
                "Span::from_millis" => format!("{inside}ms"),
                "Share::percent" => format!("{}%", inside.trim_end_matches(".0")),
                "Some" | "Amount::Share" | "Amount::Count" | "Level::Number" | "Level::Share" => inside,
                "Vec::new" | "String::new" if inside.is_empty() => "[]".to_owned(),
                name if inside.is_empty() => {
                    value_of_function(name, items).unwrap_or_else(|| name.to_owned())
                }
                _ => format!("{}({inside})", parts.last().cloned().unwrap_or_default()),
            }
        }
        Expr::Struct(made) => {
            let name = made.path.segments.last().map(|part| part.ident.to_string()).unwrap_or_default();
            let inside: Vec<String> = made
                .fields
                .iter()
                .filter_map(|given| {
                    let syn::Member::Named(member) = &given.member else { return None };
                    Some(format!("{member}: {}", shown(&given.expr, items)))
                })
                .collect();
            format!("{name}({})", inside.join(", "))
        }
        Expr::Binary(product) => {
            format!("{} * {}", shown(&product.left, items), shown(&product.right, items))
        }
        Expr::MethodCall(call) => shown(&call.receiver, items),
        Expr::Macro(_) => "see its description".to_owned(),
        _ => String::new(),
    }
}

/// Whole seconds, or a product of numbers of them, in the largest unit that fits.
fn seconds(text: &str) -> String {
    let number: Option<u64> =
        text.split(" * ").map(|part| part.replace('_', "").parse::<u64>().ok()).product();
    match number {
        Some(days) if days > 0 && days % 86_400 == 0 => format!("{}d", days / 86_400),
        Some(hours) if hours > 0 && hours % 3_600 == 0 => format!("{}h", hours / 3_600),
        Some(minutes) if minutes > 0 && minutes % 60 == 0 => format!("{}m", minutes / 60),
        Some(seconds) => format!("{seconds}s"),
        None => text.to_owned(),
    }
}
