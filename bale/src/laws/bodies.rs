//! Bodies: the emulator reads what the client writes, and anything else without harm.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::at_once;
use crate::{client::body::Body, emulator::decode::decode, types::InputFile};

/// As much of a text as a name can be, and the rest.
fn cut(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Three lines: the name of a field, the name of a file, its type. What follows is the field's text and the file.
pub(super) fn multipart(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (name, rest) = cut(&text);
    // `multer` looks for `filename=` in names too. Names of fields are the library's own, unlike those of files.
    let name = &name.replace("name", "_");
    let (file_name, rest) = cut(rest);
    let (mime_type, content) = cut(rest);
    let file = InputFile::bytes(file_name, content.to_owned()).mime_type(mime_type);
    let mut fields = Map::new();
    fields.insert(name.to_owned(), content.into());
    fields.insert(format!("{name}_list"), json!([content, {"a": content}]));
    let sent = Sent { fields: &fields, file: (&format!("{name}_file"), &file) };

    let body = Body::new(&sent).expect("texts can be written");
    let (content_type, bytes) =
        at_once(body.read()).expect("it is in memory").expect("it can be read");
    let read = at_once(decode(None, Some(&content_type), bytes)).expect("it is in memory");
    let read = read.unwrap_or_else(|error| panic!("the emulator refuses it: {error:?}"));

    for (name, value) in &fields {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(read.text(&wire_name(name)), Ok(Some(&*text)), "the field {name:?}");
    }
    let upload = read.file(&wire_name(sent.file.0)).expect("the file");
    assert_eq!(upload.bytes, content.as_bytes(), "the file's content");
    assert_eq!(upload.file_name, wire_name(file_name), "the file's name");
}

/// A name as it is written, and as nobody decodes it.
fn wire_name(name: &str) -> String {
    let escaped = ('\0'..=' ').chain(['"', '\\', '\u{7f}']).filter(|c| *c != ' ');
    escaped.fold(name.to_owned(), |name, c| name.replace(c, &format!("%{:02X}", u32::from(c))))
}

/// Parameters with one file.
struct Sent<'a> {
    fields: &'a Map<String, Value>,
    file: (&'a str, &'a InputFile),
}

impl serde::Serialize for Sent<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serde::Serializer::serialize_map(serializer, None)?;
        for (name, value) in self.fields {
            serde::ser::SerializeMap::serialize_entry(&mut map, name, value)?;
        }
        serde::ser::SerializeMap::serialize_entry(&mut map, self.file.0, self.file.1)?;
        serde::ser::SerializeMap::end(map)
    }
}

/// A query and a content type, each on a line of its own, and a body.
pub(super) fn request(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (query, content_type, body) = (line(), line(), line());
    let query = std::str::from_utf8(query).ok();
    let content_type = std::str::from_utf8(content_type).ok();
    let read = at_once(decode(query, content_type, Bytes::copy_from_slice(body)));
    let Ok(params) = read.expect("it is in memory") else { return };
    let shown = params.to_json();
    let names = shown.as_object().expect("parameters have names");
    assert!(names.len() <= data.len() + 1, "there are no more parameters than bytes");
    for (name, value) in names {
        let upload = params.file(name).map_or(0, |file| file.bytes.len());
        assert!(upload <= body.len(), "a file is not longer than its body");
        assert_eq!(params.text(name).is_ok_and(|text| text.is_some()), value.is_string());
        // These refuse, or read; they do not panic.
        drop((params.integer(name), params.boolean(name), params.nested(name)));
        drop((params.float(name), params.chat_named(name)));
    }
}
