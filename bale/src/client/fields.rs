//! Parameters as the fields of a form: names with texts, and files.

use std::borrow::Cow;

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeMap, SerializeStruct},
};
use serde_json::Error;

use super::body::Attachment;
use crate::types::input_file::collecting;

/// The fields of a form, in the order of the parameters. A nested value is JSON text; what is uploaded
/// from inside one is a file of its own.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) texts: Vec<(Cow<'static, str>, String)>,
    pub(super) files: Vec<Attachment>,
    key: Option<String>,
}

impl Fields {
    fn add<T: Serialize + ?Sized>(
        &mut self,
        name: Cow<'static, str>,
        value: &T,
    ) -> Result<(), Error> {
        let (json, attached) = collecting(&name, || serde_json::to_string(value));
        let json = json?;
        let files = attached.uploads;
        if json.starts_with('"') {
            // Only an upload by itself is a string with a file; a string by itself has none.
            match files.into_iter().next() {
                Some((_, file)) => self.files.push(Attachment { name, file }),
                None => self.texts.push((name, serde_json::from_str(&json)?)),
            }
            return Ok(());
        }
        self.files.extend(
            files.into_iter().map(|(name, file)| Attachment { name: Cow::Owned(name), file }),
        );
        if json != "null" {
            self.texts.push((name, json));
        }
        Ok(())
    }
}

impl SerializeStruct for Fields {
    type Ok = Self;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.add(Cow::Borrowed(name), value)
    }

    fn end(self) -> Result<Self, Error> {
        Ok(self)
    }
}

impl SerializeMap for Fields {
    type Ok = Self;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let key = serde_json::to_string(key)?;
        // Numbers are keys in JSON too.
        let name = if key.starts_with('"') { serde_json::from_str(&key)? } else { key };
        self.key = Some(name);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let name = self.key.take().ok_or_else(|| Error::custom("a value came before its key"))?;
        self.add(Cow::Owned(name), value)
    }

    fn end(self) -> Result<Self, Error> {
        Ok(self)
    }
}

fn refused<T>() -> Result<T, Error> {
    Err(Error::custom("the parameters of a call must be a struct or a map"))
}

macro_rules! refuse {
    ($($function:ident($($type:ty),*) -> $ok:ty;)*) => { $(
        fn $function(self, $(_: $type),*) -> Result<$ok, Error> {
            refused()
        }
    )* };
}

type Never = Impossible<Fields, Error>;

/// Only the outermost value gets here, and that must have named parts.
impl Serializer for Fields {
    type Ok = Self;
    type Error = Error;
    type SerializeStruct = Self;
    type SerializeMap = Self;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeStructVariant = Never;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_unit(self) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_none(self) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Self, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Self, Error> {
        refused()
    }

    refuse! {
        serialize_bool(bool) -> Self;
        serialize_i8(i8) -> Self;
        serialize_i16(i16) -> Self;
        serialize_i32(i32) -> Self;
        serialize_i64(i64) -> Self;
        serialize_u8(u8) -> Self;
        serialize_u16(u16) -> Self;
        serialize_u32(u32) -> Self;
        serialize_u64(u64) -> Self;
        serialize_f32(f32) -> Self;
        serialize_f64(f64) -> Self;
        serialize_char(char) -> Self;
        serialize_str(&str) -> Self;
        serialize_bytes(&[u8]) -> Self;
        serialize_unit_variant(&'static str, u32, &'static str) -> Self;
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }
}
