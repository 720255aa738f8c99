//! A JSON value that is read by the names of its members alone. Serde's own reader also takes a list for a struct, its
//! elements for the members in the order of our source; what was sent as such a list would be stored and signed as one.
//!
//! What it is not: a second reader. All but that is as `serde_json` has it.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

#[derive(Clone, Copy)]
pub(super) struct Named<'a>(pub &'a Value);

impl<'de> IntoDeserializer<'de, Error> for Named<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Named<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(elements) => {
                let mut elements = SeqDeserializer::new(elements.iter().map(Named));
                let read = visitor.visit_seq(&mut elements)?;
                elements.end()?;
                Ok(read)
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), Named(value)));
                let mut members = MapDeserializer::new(members);
                let read = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(read)
            }
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_array() {
            return Err(Error::invalid_type(Unexpected::Seq, &visitor));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Part {
        n: u32,
        of: Option<Box<Part>>,
        #[serde(default)]
        pair: Option<(String, String)>,
        #[serde(default)]
        any: Value,
    }

    fn read(value: &Value) -> Result<Part, Error> {
        Part::deserialize(Named(value))
    }

    #[test]
    fn a_list_is_no_struct_at_any_depth() {
        let error = "invalid type: sequence, expected struct Part";
        let list = json!([1, null, null, null]);
        assert!(
            Part::deserialize(&list).is_ok(),
            "serde's own reader would take it"
        );
        for value in [list, json!({"n": 1, "of": [2, null]}), json!([])] {
            assert_eq!(read(&value).unwrap_err().to_string(), error, "{value}");
        }
    }

    #[test]
    fn all_else_is_read_as_serde_reads_it() {
        for value in [
            json!({"n": 1}),
            json!({"n": 1, "of": {"n": 2, "of": null}, "more": [[{}]]}),
            json!({"n": 1, "pair": ["a", "b"], "any": {"a": [1, 1.5, "x", null, {"b": [true]}]}}),
            json!({"n": 1, "pair": ["a"]}),
            json!({"n": 1, "pair": ["a", "b", "c"]}),
            json!({"n": 1, "pair": {"a": "b"}}),
            json!({"n": -1}),
            json!({"n": 1.5}),
            json!({"n": "1"}),
            json!({"of": {"n": 1}}),
            json!("x"),
            json!(7),
            json!(null),
        ] {
            let theirs = Part::deserialize(&value).ok();
            assert_eq!(read(&value).ok(), theirs, "{value}");
        }
    }
}
