//! A manifest format: which documents it reads into a plan, and how it writes a plan.

use super::cursor::At;
use super::parts::{Document, Parts, Templates};
use super::table::Table;
use crate::control::Plan;

/// A manifest format.
#[derive(Debug)]
pub struct Format {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// Whose format it is, for people.
    pub title: &'static str,
    /// The ending of a file in this format.
    pub ending: &'static str,
    /// The documents that are written, as the help says.
    pub writes: &'static str,
    /// The documents that are read, as the help says.
    pub reads: &'static str,
    /// The document that carries the strategy, with its article, for messages.
    pub main: &'static str,
    /// The effect of each kind of document on a plan.
    pub(super) readers: &'static [Reader],
    /// Writes a plan, and lists the parts that the format cannot express.
    pub(super) write: fn(&Plan, &mut Vec<String>) -> Result<String, String>,
}

/// Two formats are equal when they have the same name.
impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}

/// How a kind of document is recognised, and its effect on a plan.
#[derive(Debug)]
pub(super) struct Reader {
    sign: Sign,
    pub effect: Effect,
    /// What its `spec` needs, where it is a document that leads a release.
    pub leads: Option<Leads>,
}

/// What the `spec` of a document that leads a release needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leads {
    /// The field that names the workload which it releases.
    pub workload: &'static str,
    /// The field that says how the release goes.
    pub needs: &'static str,
}

/// The field by which a document is recognised.
#[derive(Debug)]
enum Sign {
    /// Its `kind`, and the API groups whose kind that is; the group of Kubernetes' core is empty.
    Kind(&'static str, &'static [&'static str]),
    /// A field at its top, where it has no `kind`.
    Field(&'static str),
}

/// The effect of a document on a plan.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    /// Its `spec`, or the whole document where it has no `kind`, is read.
    Read(Read),
    /// Other documents refer to it by its name.
    Template,
    /// It has no effect, for this reason.
    Ignored(&'static str),
    /// It has an effect upstream that a plan cannot express: this follows.
    NotApplied(&'static str),
}

/// Reads a document into the parts of a plan, with the templates and the table of metrics that it may refer to.
pub(super) type Read = fn(&mut Parts, &Document<'_>, &At<'_>, &Templates<'_>, &Table);

impl Reader {
    /// Reads the `spec` of documents of this kind of these API groups.
    pub const fn of_kind(kind: &'static str, groups: &'static [&'static str], read: Read) -> Self {
        Self { sign: Sign::Kind(kind, groups), effect: Effect::Read(read), leads: None }
    }

    /// Reads the `spec` of documents of this kind, which lead a release.
    pub const fn leading(
        kind: &'static str,
        groups: &'static [&'static str],
        leads: Leads,
        read: Read,
    ) -> Self {
        Self { sign: Sign::Kind(kind, groups), effect: Effect::Read(read), leads: Some(leads) }
    }

    /// Reads documents that have no `kind` but this field.
    pub const fn of_field(field: &'static str, read: Read) -> Self {
        Self { sign: Sign::Field(field), effect: Effect::Read(read), leads: None }
    }

    /// Documents of this kind are referred to by others.
    pub const fn template(kind: &'static str, groups: &'static [&'static str]) -> Self {
        Self { sign: Sign::Kind(kind, groups), effect: Effect::Template, leads: None }
    }

    /// Documents of this kind change nothing here.
    pub const fn ignored(kind: &'static str, groups: &'static [&'static str], why: &'static str) -> Self {
        Self { sign: Sign::Kind(kind, groups), effect: Effect::Ignored(why), leads: None }
    }

    /// Documents of this kind have an effect that a plan cannot express.
    pub const fn not_applied(kind: &'static str, groups: &'static [&'static str], why: &'static str) -> Self {
        Self { sign: Sign::Kind(kind, groups), effect: Effect::NotApplied(why), leads: None }
    }

    /// Whether it is for this document. A document without `apiVersion` is taken for one of the right group.
    pub fn is_for(&self, document: &Document<'_>) -> bool {
        match self.sign {
            Sign::Kind(kind, groups) => {
                let of_group = |group: &str| groups.contains(&group);
                document.kind == kind && document.group.as_deref().is_none_or(of_group)
            }
            Sign::Field(field) => document.kind.is_empty() && document.at.get(field).is_some(),
        }
    }

    /// The API groups of its kind, when that is the kind of this document.
    pub fn groups(&self, document: &Document<'_>) -> Option<&'static [&'static str]> {
        match self.sign {
            Sign::Kind(kind, groups) => (document.kind == kind).then_some(groups),
            Sign::Field(_) => None,
        }
    }

    /// The part of the document that it reads: its `spec`, or all of it where it has no `kind`.
    pub fn reads<'a>(&self, document: &Document<'a>) -> Option<At<'a>> {
        match self.sign {
            Sign::Kind(..) => document.at.get("spec"),
            Sign::Field(_) => Some(document.at.clone()),
        }
    }
}
