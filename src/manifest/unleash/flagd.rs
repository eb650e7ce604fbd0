//! Reads the flags of flagd: a state, a default variant, and a `fractional` targeting (flagd.dev, "Flag definitions").

use super::usual;
use crate::engine::Share;
use crate::manifest::cursor::At;
use crate::manifest::parts::{Document, Parts, Templates};
use crate::manifest::quantity::percent;
use crate::manifest::table::Table;
use crate::manifest::tree::{Node, Value};
use crate::scenario::FlagRule;

/// Reads `{"flags": {"NAME": {...}}}`, or `{"flags": [{"key": "NAME", ...}]}`.
pub(super) fn read(parts: &mut Parts, _: &Document<'_>, at: &At<'_>, _: &Templates<'_>, _: &Table) {
    for key in ["$schema", "metadata"] {
        if let Some(at) = at.get(key) {
            at.ignore("it describes the flags");
        }
    }
    let Some(flags) = at.get("flags") else { return };
    let listed = flags.list().into_iter().filter_map(|flag| Some((flag.text("key")?, flag)));
    let named = flags.entries().into_iter().map(|(name, flag)| (name.to_owned(), flag));
    for (name, flag) in listed.chain(named) {
        let rule: FlagRule = usual(&name);
        if let Some(share) = share(&flag) {
            parts.flags.push((rule.name, share));
        }
    }
}

/// The share of users for whom a flag is on; `None` for a flag that is neither on nor off.
fn share(flag: &At<'_>) -> Option<Share> {
    flag.mark();
    if let Some(metadata) = flag.get("metadata") {
        metadata.node.read_all();
    }
    let variants = flag.get("variants").map(|at| at.entries()).unwrap_or_default();
    let on = |name: &str| {
        let (_, variant) = variants.iter().find(|(variant, _)| *variant == name)?;
        match variant.node.value {
            Value::Bool(on) => Some(on),
            _ => None,
        }
    };
    variants.iter().for_each(|(_, at)| at.node.read_all());
    let is_boolean = variants.iter().all(|(_, variant)| matches!(variant.node.value, Value::Bool(_)));
    if !is_boolean {
        flag.refuse("a flag is on or off here; its variants are to be true and false");
        return None;
    }
    let standard = match flag.text("defaultVariant") {
        Some(name) => match on(&name) {
            Some(on) => on,
            // flagd (`validateDefaultVariants`).
            None => {
                flag.problem(format!(
                    "{}.defaultVariant: found \"{name}\"; allowed is one of its variants ({}): flagd refuses the file otherwise",
                    flag.path,
                    variants.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
                ));
                return None;
            }
        },
        // flagd (docs/reference/flag-definitions.md, "Default Variant"; before 0.14 an error, with the same effect).
        None => {
            flag.note(
                "without a `defaultVariant` whom no targeting gives a variant has the value that the program gives the flag by default; here it \
                 is off for them",
            );
            false
        }
    };
    let disabled = flag.text("state").as_deref() == Some("DISABLED");
    if disabled {
        flag.note("a disabled flag has the value that the program gives it by default; here it is off");
    }
    let whole = |on: bool| if on { Share::ALL } else { Share::ZERO };
    let Some(targeting) = flag.get("targeting").filter(|at| !at.entries().is_empty()) else {
        // A disabled flag gives each caller its own default, which is off.
        return Some(if disabled { Share::ZERO } else { whole(standard) });
    };
    if disabled {
        targeting.node.read_all();
        return Some(Share::ZERO);
    }
    let Some(parts) = fractions(&targeting) else {
        targeting.refuse("who gets it is a share of all users, by `fractional`; nobody gets the flag here");
        return Some(Share::ZERO);
    };
    targeting.node.read_all();
    let all: f64 = parts.iter().map(|(_, weight)| weight).sum();
    let of = parts.iter().filter(|(name, _)| on(name) == Some(true)).map(|(_, weight)| weight).sum::<f64>();
    percent(100.0 * of / all)
}

/// Variants and weights of `{"fractional": [["on", 10], ["off", 90]]}`; what is hashed may stand before them.
fn fractions(targeting: &At<'_>) -> Option<Vec<(String, f64)>> {
    let [(name, list)]: [(&str, At<'_>); 1] = targeting.entries().try_into().ok()?;
    let Value::List(items) = &list.node.value else { return None };
    if name != "fractional" {
        return None;
    }
    let parts: Vec<(String, f64)> = items.iter().filter_map(fraction).collect();
    let pairs = items.iter().filter(|item| matches!(item.value, Value::List(_))).count();
    let sound =
        pairs > 0 && parts.len() == pairs && parts.iter().map(|(_, weight)| weight).sum::<f64>() > 0.0;
    sound.then_some(parts)
}

fn fraction(item: &Node) -> Option<(String, f64)> {
    let Value::List(pair) = &item.value else { return None };
    match pair.as_slice() {
        [Node { value: Value::Text(name), .. }, Node { value: Value::Number(weight), .. }] => {
            (*weight >= 0.0).then(|| (name.clone(), *weight))
        }
        // Without a weight it counts once.
        [Node { value: Value::Text(name), .. }] => Some((name.clone(), 1.0)),
        _ => None,
    }
}
