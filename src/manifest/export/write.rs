//! The content of a file to write, as a tree whose entries keep their order.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::manifest) enum Out {
    Text(String),
    Number(f64),
    Flag(bool),
    List(Vec<Out>),
    Map(Vec<(String, Out)>),
}

/// A mapping. Entries without a value are left out.
pub(in crate::manifest) fn map<const N: usize>(entries: [(&str, Option<Out>); N]) -> Out {
    let present = |(key, value): (&str, Option<Out>)| value.map(|value| (key.to_owned(), value));
    Out::Map(entries.into_iter().filter_map(present).collect())
}

/// Text.
pub(in crate::manifest) fn text(text: impl Into<String>) -> Option<Out> {
    Some(Out::Text(text.into()))
}

/// A number.
pub(in crate::manifest) fn number(number: impl Into<f64>) -> Option<Out> {
    Some(Out::Number(number.into()))
}

/// A list, unless it is empty.
pub(in crate::manifest) fn list(items: Vec<Out>) -> Option<Out> {
    (!items.is_empty()).then_some(Out::List(items))
}

impl Serialize for Out {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

/// Documents as YAML, with `---` between them.
pub(in crate::manifest) fn yaml(documents: &[Out]) -> Result<String, String> {
    let one = |document: &Out| serde_saphyr::to_string(document).map_err(|error| error.to_string());
    let texts = documents.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(texts.iter().map(|text| format!("{}\n", text.trim_end())).collect::<Vec<_>>().join("---\n"))
}
