//! A file to send: one that Bale knows, one at an address, or one to upload.

use std::{
    cell::RefCell,
    fmt, fs,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use tokio::io::AsyncRead;

use super::{Animation, Audio, Document, File, PhotoSize, Sticker, Video, Voice};

/// A file to send: one that Bale knows by its id, one it fetches from an address, or one to upload.
///
/// ```
/// use std::path::Path;
/// use bale::types::InputFile;
///
/// let known = InputFile::file_id("4:1234:abcd");
/// let fetched = InputFile::url("https://example.com/cat.jpg");
/// let read_while_sent = InputFile::path("reports/may.pdf");
/// let in_memory = InputFile::bytes("report.csv", "a,b\n1,2\n").mime_type("text/csv");
/// assert_eq!(read_while_sent, Path::new("reports/may.pdf").into());
/// ```
///
/// An upload has a file name and a MIME type; the type is guessed from the name if none is given. A photo
/// has 10 MB at most, another upload 50 MB, where a MB is 1,048,576 bytes. By address it is 5 MB, 20 MB,
/// and 1 MB for a voice note, which only the server can check.
///
/// A clone is cheap, whatever the file is. What was received can be sent again by its id: `&Document`,
/// `&Video` and so on convert.
///
/// Source: docs.bale.ai, `InputFile`.
#[derive(Debug, Clone, PartialEq)]
pub struct InputFile {
    source: Source,
    file_name: Option<String>,
    mime_type: Option<String>,
    /// The type by the name. It is looked up where an upload is made, and not where it is sent, so that the list of
    /// types is no part of a program that uploads nothing.
    guessed: &'static str,
    size: Option<u64>,
}

/// The MIME type of what may be anything.
const ANY_TYPE: &str = "application/octet-stream";

/// Where the content comes from.
#[derive(Clone, PartialEq)]
pub(crate) enum Source {
    FileId(String),
    Url(String),
    Path(PathBuf),
    Bytes(Bytes),
    Reader(Reader),
}

impl InputFile {
    /// A file that Bale knows. Ids contain colons.
    pub fn file_id(id: impl Into<String>) -> Self {
        Self::new(Source::FileId(id.into()))
    }

    /// A file that Bale fetches from an `http://` or `https://` address.
    pub fn url(url: impl Into<String>) -> Self {
        Self::new(Source::Url(url.into()))
    }

    /// A file on this machine. It is opened when the call is made, and read while it is sent.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::new(Source::Path(path.into())).guess()
    }

    /// A file in memory. The name is what the receiver sees.
    pub fn bytes(file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let size = u64::try_from(content.len()).ok();
        Self { size, ..Self::new(Source::Bytes(content)).file_name(file_name) }
    }

    /// A file that is read while it is sent, and so can be sent once: clones share the reader, and the
    /// second call with it fails before it is made.
    ///
    /// Give the [`size`](Self::size) if it is known; without it the body has no `Content-Length`.
    ///
    /// ```
    /// use bale::{client::Bot, error::Error, types::InputFile};
    ///
    /// async fn relay(bot: &Bot, stream: tokio::net::TcpStream) -> Result<(), Error> {
    ///     bot.send_document(5_000_000_000, InputFile::reader("dump.bin", stream)).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn reader(file_name: impl Into<String>, reader: impl AsyncRead + Send + 'static) -> Self {
        Self::new(Source::Reader(Reader::new(reader))).file_name(file_name)
    }

    fn new(source: Source) -> Self {
        Self { source, file_name: None, mime_type: None, guessed: ANY_TYPE, size: None }
    }

    fn guess(mut self) -> Self {
        let types = mime_guess::from_path(self.shown_name());
        self.guessed = types.first_raw().unwrap_or(ANY_TYPE);
        self
    }

    /// Sets the file name that the receiver sees. It means nothing for a file id or an address.
    #[must_use]
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self.guess()
    }

    /// Sets the MIME type, as `image/png`. It means nothing for a file id or an address.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Says how many bytes a reader will give; it must then give exactly as many. It means nothing for
    /// other files, whose size is known.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        if let Source::Reader(_) = self.source {
            self.size = Some(bytes);
        }
        self
    }

    /// Whether its content has to be sent.
    pub fn is_upload(&self) -> bool {
        !matches!(self.source, Source::FileId(_) | Source::Url(_))
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The size in bytes, as far as it is known without looking.
    pub(crate) fn known_size(&self) -> Option<u64> {
        self.size
    }

    /// The file name of an upload.
    pub(crate) fn shown_name(&self) -> String {
        match (&self.file_name, &self.source) {
            (Some(name), _) => name.clone(),
            (None, Source::Path(path)) => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            (None, _) => "file".to_owned(),
        }
    }

    /// The MIME type of an upload.
    pub(crate) fn content_type(&self) -> String {
        self.mime_type.clone().unwrap_or_else(|| self.guessed.to_owned())
    }

    /// Looks at a file on this machine: its size, or what is in its place. One look at the directory is
    /// so quick that it is not worth a thread.
    pub(crate) fn look(path: &Path) -> Result<u64, String> {
        let shown = path.display();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
            Ok(metadata) if metadata.is_dir() => Err(format!("the directory `{shown}`")),
            Ok(_) => Err(format!("`{shown}`, which is no regular file")),
            Err(error) => Err(format!("`{shown}`: {error}")),
        }
    }
}

/// An empty file id, which no call accepts.
impl Default for InputFile {
    fn default() -> Self {
        Self::file_id("")
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileId(id) => f.debug_tuple("FileId").field(id).finish(),
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Reader(_) => f.write_str("Reader"),
        }
    }
}

type BoxRead = Pin<Box<dyn AsyncRead + Send>>;

/// A reader until somebody takes it.
#[derive(Clone)]
pub(crate) struct Reader(Arc<Mutex<Option<BoxRead>>>);

impl Reader {
    fn new(reader: impl AsyncRead + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::pin(reader)))))
    }

    /// The reader, for the first who asks.
    pub(crate) fn take(&self) -> Option<BoxRead> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

/// Only a reader and its clones are the same.
impl PartialEq for Reader {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl From<PathBuf> for InputFile {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for InputFile {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<&PathBuf> for InputFile {
    fn from(path: &PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&InputFile> for InputFile {
    fn from(file: &InputFile) -> Self {
        file.clone()
    }
}

macro_rules! by_file_id {
    ($($type:ident)*) => { $(
        impl From<&$type> for InputFile {
            fn from(received: &$type) -> Self {
                Self::file_id(&received.file_id)
            }
        }
    )* };
}

by_file_id! { Animation Audio Document File PhotoSize Sticker Video Voice }

/// Uploads found while something is serialized.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    /// Whether there was any file at all, by reference too.
    pub(crate) any: bool,
    /// Each upload with the name of its part.
    pub(crate) uploads: Vec<(String, InputFile)>,
    prefix: String,
}

thread_local! {
    /// A file's content is no JSON, so it leaves the serializer by this door.
    static ATTACHED: RefCell<Option<Attached>> = const { RefCell::new(None) };
}

/// Runs `serialize` and collects the files among what it serializes. An upload is written as
/// `attach://<prefix><number>`.
pub(crate) fn collecting<T>(prefix: &str, serialize: impl FnOnce() -> T) -> (T, Attached) {
    /// Puts back what was there, even if `serialize` panics.
    struct Outer(Option<Attached>);

    impl Drop for Outer {
        fn drop(&mut self) {
            ATTACHED.set(self.0.take());
        }
    }

    let attached = Attached { prefix: prefix.to_owned(), ..Attached::default() };
    let _outer = Outer(ATTACHED.replace(Some(attached)));
    let result = serialize();
    (result, ATTACHED.take().unwrap_or_default())
}

/// A file id and an address are strings. An upload has no form of its own: it can be serialized as a
/// parameter of a call only.
impl Serialize for InputFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let reference = ATTACHED.with_borrow_mut(|attached| match &self.source {
            Source::FileId(text) | Source::Url(text) => {
                if let Some(attached) = attached {
                    attached.any = true;
                }
                Some(text.clone())
            }
            Source::Path(_) | Source::Bytes(_) | Source::Reader(_) => {
                attached.as_mut().map(|attached| attached.add(self))
            }
        });
        match reference {
            Some(reference) => serializer.serialize_str(&reference),
            None => Err(ser::Error::custom(format_args!(
                "`{}` is a file to upload, which can only be sent with a call",
                self.shown_name()
            ))),
        }
    }
}

impl Attached {
    fn add(&mut self, file: &InputFile) -> String {
        self.any = true;
        let name = format!("{}{}", self.prefix, self.uploads.len());
        let reference = format!("attach://{name}");
        self.uploads.push((name, file.clone()));
        reference
    }
}

/// A string is an address if it starts like one, else a file id.
impl<'de> Deserialize<'de> for InputFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if is_web_address(&text) { Self::url(text) } else { Self::file_id(text) })
    }
}

pub(crate) fn is_web_address(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_has_a_name_and_a_type() {
        let shown = |file: InputFile| (file.shown_name(), file.content_type());
        let both = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
        assert_eq!(shown(InputFile::path("a/گزارش.PDF")), both("گزارش.PDF", "application/pdf"));
        assert_eq!(shown(InputFile::path("/")), both("/", "application/octet-stream"));
        assert_eq!(shown(InputFile::bytes("a.jpeg", "x")), both("a.jpeg", "image/jpeg"));
        assert_eq!(
            shown(InputFile::path("a.jpeg").file_name("b").mime_type("x/y")),
            both("b", "x/y")
        );
        assert_eq!(
            shown(InputFile::reader("v.mp4", tokio::io::empty())),
            both("v.mp4", "video/mp4")
        );
    }

    #[test]
    fn what_was_received_is_sent_by_its_id() {
        let document = Document { file_id: "1:a".to_owned(), ..Document::default() };
        assert_eq!(InputFile::from(&document), InputFile::file_id("1:a"));
        assert_eq!(InputFile::from(&PathBuf::from("a")), InputFile::path("a"));
    }

    #[test]
    fn references_are_strings() {
        for (file, json) in [
            (InputFile::file_id("1:a:b"), r#""1:a:b""#),
            (InputFile::url("HTTPS://example.com/a"), r#""HTTPS://example.com/a""#),
        ] {
            assert!(!file.is_upload());
            assert_eq!(serde_json::to_string(&file).unwrap(), json);
            assert_eq!(serde_json::from_str::<InputFile>(json).unwrap(), file);
        }
    }

    #[test]
    fn an_upload_leaves_through_the_side_door() {
        let (one, two) = (InputFile::bytes("a", "x"), InputFile::path("b"));
        let (json, attached) =
            collecting("media", || serde_json::to_string(&[&one, &InputFile::file_id("1"), &two]));
        assert_eq!(json.unwrap(), r#"["attach://media0","1","attach://media1"]"#);
        let expected = [("media0".to_owned(), one.clone()), ("media1".to_owned(), two)];
        assert_eq!((attached.any, attached.uploads), (true, expected.to_vec()));
        assert_eq!(
            serde_json::to_string(&one).unwrap_err().to_string(),
            "`a` is a file to upload, which can only be sent with a call"
        );
    }

    #[test]
    fn a_reader_equals_its_clones_and_is_taken_once() {
        let file = InputFile::reader("a", tokio::io::empty());
        let clone = file.clone();
        assert_eq!(file, clone);
        assert_ne!(file, InputFile::reader("a", tokio::io::empty()));
        let (Source::Reader(first), Source::Reader(second)) = (file.source(), clone.source())
        else {
            panic!("both are readers");
        };
        assert!(first.take().is_some() && second.is_taken() && second.take().is_none());
    }

    #[test]
    fn sizes_are_known_where_they_can_be() {
        assert_eq!(InputFile::bytes("a", vec![0; 7]).size(9).known_size(), Some(7));
        assert_eq!(InputFile::reader("a", tokio::io::empty()).size(9).known_size(), Some(9));
        assert_eq!(InputFile::path("a").size(9).known_size(), None);
        assert_eq!(format!("{:?}", Source::Bytes(Bytes::from_static(b"xyz"))), "Bytes(3)");
    }
}
