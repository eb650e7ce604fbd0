//! The keys of maps: texts as a rule, else numbers or names.

use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::{Complaint, Fault};
use super::place::At;

/// The key of an item of a map.
pub(super) struct Key<'r, 't> {
    pub at: At<'r, 't>,
    pub holder: usize,
    pub index: usize,
}

impl Key<'_, '_> {
    /// What the key is, and its bytes in the file.
    fn text(&self) -> (&str, &str) {
        let outline = self.at.reading.outline;
        let key = outline.nodes[self.holder].items[self.index].key.as_ref();
        key.map_or(("", ""), |key| (key.text.as_str(), &outline.source().text()[key.start..key.end]))
    }

    fn is_text(&self) -> bool {
        self.text().1.trim_start_matches(['r', '#']).starts_with(['"', '\''])
    }

    fn slip(&self, complaint: Complaint) {
        self.at.reading.slip(self.holder, Some(self.index), complaint);
    }
}

impl<'de> Deserializer<'de> for Key<'_, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_text() {
            return visitor.visit_str(self.text().0);
        }
        let written = self.text().1;
        if let Ok(number) = ron::from_str(written) {
            return visitor.visit_u64(number);
        }
        if let Ok(number) = ron::from_str(written) {
            return visitor.visit_i64(number);
        }
        match ron::from_str(written) {
            Ok(number) => visitor.visit_f64(number),
            Err(_) => {
                self.slip(Complaint::KeyDoesNotFit);
                visitor.visit_str(self.text().0)
            }
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if !self.is_text() {
            self.slip(Complaint::KeyIsNoText);
        }
        visitor.visit_str(self.text().0)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.text().1.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
