//! Downloads of received files: in process, then over HTTP.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bale::{
    Animation, App, Audio, Document, Error, ErrorKind, Message, Photo, Sticker, Video, Voice,
    emulator::{Emulator, Fault, FaultAction, MediaKind, NewMedia},
    types::{File, InputFile},
};
use expect_test::expect;

use crate::rig::{Rig, bot, transcript};

mod double;
mod http;
#[cfg(target_os = "linux")]
mod memory;

/// A file that the bot received, by its id.
fn received(emulator: &Emulator, bytes: impl Into<Vec<u8>>) -> String {
    let media = NewMedia::new(1, 1, MediaKind::Document, bytes.into());
    emulator.push_media(media).expect("a private chat");
    let messages = emulator.messages(1);
    let last = messages.last().expect("what was just sent");
    last["document"]["file_id"].as_str().expect("an id").to_owned()
}

fn emulator() -> Emulator {
    Emulator::new("123456:TEST").starts_at(1_700_000_000)
}

/// An empty folder of one test, removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Relaxed);
        let name = format!("bale-download-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).expect("a new folder");
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Names and texts of what is in it.
    fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(&self.0)
            .expect("the folder")
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, fs::read_to_string(&path).expect("a text"))
            })
            .collect();
        files.sort();
        files
    }

    /// A text in which this folder has a name that is the same on all machines.
    fn shown(&self, error: &Error) -> String {
        error.to_string().replace(&self.0.display().to_string(), "FOLDER")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("the folder is still there");
    }
}

fn file(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}

#[tokio::test(start_paused = true)]
async fn every_kind_has_its_bytes() {
    macro_rules! reads {
        ($app:expr, $($kind:ident)*) => {
            $app $( .on_message(async |file: $kind| -> bale::Result<String> {
                let bytes = file.download().read().await?;
                assert_eq!(bytes, file.read().await?);
                Ok(format!("{}: {}", stringify!($kind), text(bytes)))
            }))*
        };
    }
    // An animation is a document too.
    let app = reads!(App::new(), Animation Document Photo Audio Video Voice Sticker);
    let rig = Rig::against(emulator(), app);
    for (kind, bytes) in [
        (MediaKind::Document, "a file"),
        (MediaKind::Photo, "a picture"),
        (MediaKind::Audio, "a song"),
        (MediaKind::Video, "a film"),
        (MediaKind::Voice, "a voice"),
        (MediaKind::Animation, "a clip"),
        (MediaKind::Sticker, "a face"),
    ] {
        rig.emulator.push_media(NewMedia::new(1, 1, kind, bytes)).expect("a private chat");
    }
    let transcript = rig.transcript().await;
    let answers: Vec<_> = transcript.lines().filter(|line| !line.starts_with("getFile")).collect();
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"Document: a file"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"Photo: a picture"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"Audio: a song"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"Video: a film"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"Voice: a voice"}
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"Animation: a clip"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"Sticker: a face"}"#]]
    .assert_eq(&answers.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_message_leads_to_its_files() {
    let emulator = emulator();
    received(&emulator, "a file");
    let message = |data: &str| {
        let data: bale::types::Message = serde_json::from_str(data).expect("a message");
        Message::new(data, bot(&emulator))
    };
    let document = emulator.messages(1)[0].to_string();
    let document = message(&document).document().expect("a document");
    assert_eq!(document.read().await.unwrap(), "a file");
    assert_eq!(document.clone().bot().id(), 123_456);
    assert_eq!(format!("{document:?}"), format!("{:?}", &*document));
    assert_eq!(InputFile::from(&document), InputFile::file_id(&document.file_id));

    let album = message(
        r#"{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"photo":[
            {"file_id":"1:large","width":90,"height":60},{"file_id":"1:small","width":9,"height":6}]}"#,
    );
    let photo = album.photo().expect("a photo");
    assert_eq!(photo.file_id, "1:large");
    let sizes: Vec<_> = photo.sizes().iter().map(|size| &*size.file_id).collect();
    assert_eq!(sizes, ["1:large", "1:small"]);
    let small = Photo::new(photo.sizes()[1].clone(), photo.bot().clone());
    assert_eq!((&*small.file_id, small.sizes().len()), ("1:small", 1));
    assert!(album.document().is_none() && album.sticker().is_none());
    let empty = r#"{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"photo":[]}"#;
    assert!(message(empty).photo().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_file_goes_to_memory_to_a_writer_or_to_a_path() {
    let emulator = emulator();
    let content = "0123456789".repeat(20_000);
    let id = received(&emulator, content.clone());
    let bot = bot(&emulator);
    assert_eq!(bot.download(&id).read().await.unwrap(), content);

    let mut writer = Vec::new();
    assert_eq!(bot.download(&id).write_to(&mut writer).await.unwrap(), 200_000);
    assert_eq!(writer, content.as_bytes());

    let folder = Folder::new();
    fs::write(folder.path("a.txt"), "what was there before").unwrap();
    assert_eq!(bot.download(&id).save(folder.path("a.txt")).await.unwrap(), 200_000);
    assert_eq!(folder.files(), [file("a.txt", &content)]);

    let empty = received(&emulator, "");
    assert_eq!(bot.download(&empty).read().await.unwrap(), "");
    assert_eq!(bot.download(&empty).save(folder.path("b.txt")).await.unwrap(), 0);
    assert_eq!(folder.files(), [file("a.txt", &content), file("b.txt", "")]);
}

#[tokio::test(start_paused = true)]
async fn progress_is_told() {
    let emulator = emulator();
    let id = received(&emulator, vec![b'x'; 100_000]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let tell = move |done, total| teller.lock().unwrap().push((done, total));
    bot(&emulator).download(&id).on_progress(tell).read().await.unwrap();
    let all = Some(100_000);
    assert_eq!(*told.lock().unwrap(), [(65_536, all), (100_000, all)]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_kept() {
    let emulator = emulator();
    let id = received(&emulator, "0123456789");
    let bot = bot(&emulator);
    assert_eq!(bot.download(&id).limit(10).read().await.unwrap(), "0123456789");
    let folder = Folder::new();
    let told = Arc::new(AtomicUsize::new(0));
    let teller = Arc::clone(&told);
    let download = bot.download(&id).limit(9).on_progress(move |_, _| {
        teller.fetch_add(1, Relaxed);
    });
    let error = download.clone().save(folder.path("a.txt")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "download: the file is larger than the limit of 9 bytes: it has 10"
    );
    assert_eq!(error.kind(), &ErrorKind::TooLarge { limit: 9, size: Some(10) });
    assert!(error.is_too_large() && !error.may_have_been_sent());
    assert!(download.read().await.unwrap_err().is_too_large());
    assert_eq!(told.load(Relaxed), 0, "nothing was downloaded");
    assert_eq!(folder.files(), []);
}

#[tokio::test(start_paused = true)]
async fn a_failed_save_leaves_what_was_there() {
    let emulator = emulator();
    let id = received(&emulator, "0123456789");
    let bot = bot(&emulator);
    let folder = Folder::new();
    let path = folder.path("a.txt");
    fs::write(&path, "old").unwrap();
    emulator.fault(Fault::new(FaultAction::Truncate).on("download"));
    let error = bot.download(&id).save(&path).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "download: network failure: the connection broke: the emulator closed the connection \
         (after 5 of 10 bytes)"
    );
    assert!(error.is_network());
    assert_eq!(folder.files(), [file("a.txt", "old")]);

    emulator.fault(Fault::new(FaultAction::Hang).on("download"));
    let save = bot.download(&id).save(&path);
    tokio::time::timeout(Duration::from_secs(1), save).await.unwrap_err();
    assert_eq!(folder.files(), [file("a.txt", "old")], "it was dropped");
}

#[tokio::test(start_paused = true)]
async fn a_bad_path_is_found_before_the_server_is_asked() {
    let emulator = emulator();
    let id = received(&emulator, "0123456789");
    let bot = bot(&emulator);
    let folder = Folder::new();
    let to = async |path: &Path| folder.shown(&bot.download(&id).save(path).await.unwrap_err());
    let prefix = "download: cannot write the downloaded file: ";
    assert_eq!(
        to(&folder.0).await,
        format!("{prefix}`FOLDER` is a folder, expected the path of a file")
    );
    assert_eq!(
        to(&folder.path("b/a.txt")).await,
        format!("{prefix}`FOLDER/b/a.txt`: there is no folder `FOLDER/b`")
    );
    assert_eq!(transcript(&emulator), "");
}

#[tokio::test(start_paused = true)]
async fn an_old_address_is_asked_for_again_once() {
    let emulator = emulator();
    let id = received(&emulator, "0123456789");
    let bot = bot(&emulator);
    let old = bot.get_file(&*id).await.unwrap();
    assert_eq!(bot.download_file(old.clone()).read().await.unwrap(), "0123456789");
    assert_eq!(transcript(&emulator).lines().count(), 1, "one getFile is enough");
    emulator.advance(Duration::from_secs(3600));
    assert_eq!(bot.download_file(old.clone()).read().await.unwrap(), "0123456789");
    assert_eq!(transcript(&emulator).lines().count(), 2);

    emulator.clear_calls();
    emulator.fault(Fault::new(FaultAction::error(404, "not found")).on("download").times(3));
    let error = bot.download(&id).read().await.unwrap_err();
    assert_eq!(error.to_string(), "download: not found: not found (404)");
    assert!(error.is_not_found() && error.method() == Some("download"));
    assert_eq!(transcript(&emulator).lines().count(), 2);
    // Two of the three are used up.
    let error = bot.download_file(File { file_id: "1:gone".into(), ..old }).read().await;
    expect![[
        r#"getFile: bad request: Bad Request: wrong file identifier/HTTP URL specified (400)"#
    ]]
    .assert_eq(&error.unwrap_err().to_string());
}

#[tokio::test(start_paused = true)]
async fn what_fails_before_the_first_byte_is_tried_again() {
    let emulator = emulator();
    let id = received(&emulator, "0123456789");
    let bot = bot(&emulator);
    for action in [
        FaultAction::DropBefore,
        FaultAction::DropAfterAcceptance,
        FaultAction::html(502, "<h1>Bad gateway</h1>"),
        FaultAction::RateLimit { retry_after: Some(7) },
        FaultAction::Hang,
    ] {
        emulator.fault(Fault::new(action.clone()).on("download").times(2));
        let timeout = Duration::from_secs(5);
        let read = bot.download(&id).timeout(timeout).read().await;
        assert_eq!(read.unwrap(), "0123456789", "{action:?}");

        emulator.fault(Fault::new(action.clone()).on("download"));
        bot.download(&id).timeout(timeout).no_retry().read().await.unwrap_err();
    }
    emulator.fault(Fault::new(FaultAction::DropBefore).on("getFile").times(2));
    assert_eq!(bot.download(&id).read().await.unwrap(), "0123456789");

    // What has begun is not begun again: a writer has had its bytes.
    emulator.fault(Fault::new(FaultAction::Truncate).on("download"));
    let mut writer = Vec::new();
    bot.download(&id).write_to(&mut writer).await.unwrap_err();
    assert_eq!(writer, b"01234");
}
