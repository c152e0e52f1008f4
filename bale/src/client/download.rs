//! Downloads: `getFile`, then the bytes, into memory, a writer or a file.

use std::{path::Path, time::Duration};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::{Instant, sleep, timeout},
};

use self::part::Part;
use super::{
    Bot,
    body::Progress,
    reply,
    retry::{RetryPolicy, Tries},
    transport::{Chunks, Fetch, TransportError, TransportErrorKind},
};
use crate::{
    error::{Error, ErrorKind},
    methods::GetFile,
    types,
};

mod part;

/// What errors and log lines call the second half of a download, which is no method.
pub(super) const DOWNLOAD: &str = "download";
/// Most that [`Download::read`] holds in memory unless told otherwise: three times what Bale lets anybody
/// download. Source: docs.bale.ai#getfile (20 MB).
const IN_MEMORY: u64 = 64 << 20;
/// How much of a refusal is read; errors quote less.
const REFUSAL: usize = 16 << 10;

impl Bot {
    /// The download of a file that was received, by its `file_id`. What was received has this as its own
    /// verb, as [`Document::download`](crate::bound::Attachment::download).
    ///
    /// ```
    /// # use bale::{client::Bot, error::Error};
    /// async fn keep(bot: &Bot, file_id: &str) -> Result<(), Error> {
    ///     let bytes = bot.download(file_id).limit(1_000_000).read().await?;
    ///     println!("{} bytes begin with {:?}", bytes.len(), bytes.first());
    ///
    ///     bot.download(file_id)
    ///         .on_progress(|done, total| println!("{done} of {total:?} bytes"))
    ///         .save("received.pdf")
    ///         .await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// Bale lets bots download files of at most 20 MB.
    pub fn download(&self, file_id: impl Into<String>) -> Download {
        self.download_file(types::File { file_id: file_id.into(), ..types::File::default() })
    }

    /// The download of a file that [`get_file`](Bot::get_file) was already asked for.
    pub fn download_file(&self, file: types::File) -> Download {
        Download {
            bot: self.clone(),
            file,
            limit: None,
            timeout: self.0.timeout,
            retry: self.0.manner.retry,
            progress: None,
        }
    }
}

/// A file to download, with settings of its own. It ends with [`read`](Self::read),
/// [`write_to`](Self::write_to) or [`save`](Self::save).
///
/// First the server is asked where the file is; an address that is older than its hour is asked for anew.
/// Until the first byte has come, what fails is tried again, as the bot's [`RetryPolicy`] says; what breaks
/// off later is an error. A download may take as long as it needs, if only it does not stand still.
///
/// # Errors
///
/// All three fail as [`get_file`](Bot::get_file) and any call do; as
/// [`is_too_large`](Error::is_too_large) beyond the limit; as [`is_network`](Error::is_network) if the
/// connection breaks before the last byte; as [`is_timeout`](Error::is_timeout) if nothing more comes.
#[derive(Debug, Clone)]
#[must_use = "nothing is downloaded before `read`, `write_to` or `save`"]
pub struct Download {
    bot: Bot,
    /// Without a path as long as nobody asked for it.
    file: types::File,
    limit: Option<u64>,
    timeout: Duration,
    retry: RetryPolicy,
    progress: Option<Progress>,
}

impl Download {
    /// The most bytes that the file may have. Where the server says how many there are, none is
    /// downloaded that is too many.
    ///
    /// Without this [`read`](Self::read) stops at 64 MiB, and the others stop at nothing.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = Some(bytes);
        self
    }

    /// How long nothing may come, instead of the bot's setting for calls.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Tries everything once.
    pub fn no_retry(mut self) -> Self {
        self.retry = RetryPolicy::off();
        self
    }

    /// Calls `tell` whenever bytes have come: with how many have come so far, and how many there are, if
    /// that is known. It is called from inside the download, so it must not block.
    pub fn on_progress(mut self, tell: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress::new(tell));
        self
    }

    /// Downloads the file into memory.
    ///
    /// # Errors
    ///
    /// As [`Download`] says.
    pub async fn read(mut self) -> Result<Bytes, Error> {
        self.limit.get_or_insert(IN_MEMORY);
        let mut incoming = self.open().await?;
        let first = incoming.next().await?.unwrap_or_default();
        let Some(second) = incoming.next().await? else { return Ok(first) };
        // A server may announce what it likes.
        let length = incoming.length.unwrap_or_default().min(IN_MEMORY);
        let mut bytes = BytesMut::with_capacity(usize::try_from(length).unwrap_or_default());
        bytes.extend_from_slice(&first);
        bytes.extend_from_slice(&second);
        while let Some(chunk) = incoming.next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    /// Downloads the file into a writer, which is flushed at the end, and gives the number of bytes. After
    /// an error the writer has a part of the file.
    ///
    /// # Errors
    ///
    /// As [`Download`] says, and if the writer fails.
    pub async fn write_to(
        self,
        writer: &mut (impl AsyncWrite + Unpin + ?Sized),
    ) -> Result<u64, Error> {
        self.pour(writer, None).await
    }

    /// Downloads the file to a path and gives the number of bytes.
    ///
    /// What is there before is replaced at the end, at once: until then the bytes go to a file beside it,
    /// `.bale-*.part`, which is removed if the download fails or is dropped. A process that is killed leaves it.
    ///
    /// # Errors
    ///
    /// As [`Download`] says. If the path is a folder, or in no folder that can be written to, the server is
    /// not asked.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let mut part = Part::beside(path.to_owned()).await.map_err(unwritable)?;
        let bytes = self.pour(part.file(), Some(path)).await?;
        part.keep().await.map_err(unwritable)?;
        Ok(bytes)
    }

    /// `name` is what the writer's errors are about.
    async fn pour(
        self,
        writer: &mut (impl AsyncWrite + Unpin + ?Sized),
        name: Option<&Path>,
    ) -> Result<u64, Error> {
        let failed = |error| match name {
            Some(name) => unwritable(part::named(name, &error)),
            None => unwritable(error),
        };
        let mut incoming = self.open().await?;
        while let Some(chunk) = incoming.next().await? {
            writer.write_all(&chunk).await.map_err(failed)?;
        }
        writer.flush().await.map_err(failed)?;
        Ok(incoming.received)
    }

    /// Asks where the file is, unless that is known, and waits for its first bytes. An address that does
    /// not work may be too old, so it is asked for once more.
    async fn open(&self) -> Result<Incoming, Error> {
        let opened = match path_of(&self.file) {
            Some(_) => self.fetch(&self.file).await,
            None => self.fetch(&self.locate().await?).await,
        };
        match opened {
            Err(error) if may_be_too_old(&error) && !self.file.file_id.is_empty() => {
                self.fetch(&self.locate().await?).await
            }
            opened => opened,
        }
    }

    async fn locate(&self) -> Result<types::File, Error> {
        let Self { bot, timeout, retry, .. } = self;
        let request = bot.execute(GetFile::new(self.file.file_id.as_str()));
        request.timeout(*timeout).retry(*retry).await
    }

    async fn fetch(&self, file: &types::File) -> Result<Incoming, Error> {
        // Three libraries download by the id alone, so an answer without a path is no dead end.
        let path = path_of(file).unwrap_or(&self.file.file_id);
        let total = file.file_size.and_then(|size| u64::try_from(size).ok());
        let mut tries = Tries::new(DOWNLOAD, self.retry);
        loop {
            tries.start();
            let started = Instant::now();
            let error = match self.attempt(path, total).await {
                Ok(incoming) => return Ok(incoming),
                Err(error) => error.of(DOWNLOAD),
            };
            let (code, elapsed) = (error.code(), started.elapsed());
            tracing::debug!(target: "bale::call", method = DOWNLOAD, code, ?elapsed, %error, "call failed");
            let wait = tries.failed(&error);
            tries.again(error, wait)?;
            sleep(wait).await;
        }
    }

    async fn attempt(&self, path: &str, total: Option<u64>) -> Result<Incoming, Error> {
        let patience = self.timeout;
        let opening = self.bot.0.carrier.open(Fetch::new(path, patience));
        let opened = timeout(patience, opening)
            .await
            .map_err(|_| Error::new(ErrorKind::TimedOut { after: patience }))?
            .map_err(|error| Error::transport(error, patience))?;
        if !(200..300).contains(&opened.status) {
            let body = beginning(opened.chunks, patience).await;
            let body = String::from_utf8_lossy(&body);
            let unexpected = "expected a file";
            let token = &self.bot.0.token;
            return Err(reply::failure(DOWNLOAD, opened.status, &body, unexpected, token));
        }
        let limits = self.limit.zip(opened.length);
        if let Some((limit, size)) = limits.filter(|(limit, size)| size > limit) {
            return Err(Error::new(ErrorKind::TooLarge { limit, size: Some(size) }));
        }
        let mut incoming = Incoming {
            chunks: opened.chunks,
            length: opened.length,
            total: opened.length.or(total),
            first: None,
            received: 0,
            patience,
            limit: self.limit,
            progress: self.progress.clone(),
        };
        incoming.first = incoming.pull().await?;
        Ok(incoming)
    }
}

/// The beginning of what came instead of a file, as far as it came in time.
async fn beginning(mut chunks: Box<dyn Chunks>, patience: Duration) -> Vec<u8> {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = chunks.next().await {
            body.extend_from_slice(&chunk);
            if body.len() > REFUSAL {
                break;
            }
        }
    };
    // In time or not, what came is what there is.
    drop(timeout(patience, reading).await);
    body
}

fn path_of(file: &types::File) -> Option<&str> {
    file.file_path.as_deref().filter(|path| !path.is_empty())
}

/// Refusals after which another address may work. What Bale answers to one that is too old is not
/// documented.
fn may_be_too_old(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound { .. }
            | ErrorKind::Forbidden { .. }
            | ErrorKind::BadRequest { .. }
            | ErrorKind::Api { code: Some(410), .. }
            | ErrorKind::Http { status: 400 | 403 | 404 | 410, .. }
    )
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::UnwritableFile).of(DOWNLOAD).because(error)
}

/// A file on its way.
struct Incoming {
    chunks: Box<dyn Chunks>,
    /// How many bytes must come.
    length: Option<u64>,
    /// How many bytes will come, as far as anybody said.
    total: Option<u64>,
    /// What has come and was not given out.
    first: Option<Bytes>,
    received: u64,
    patience: Duration,
    limit: Option<u64>,
    progress: Option<Progress>,
}

impl Incoming {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        match self.first.take() {
            Some(first) => Ok(Some(first)),
            None => self.pull().await.map_err(|error| error.of(DOWNLOAD)),
        }
    }

    async fn pull(&mut self) -> Result<Option<Bytes>, Error> {
        let Ok(chunk) = timeout(self.patience, self.chunks.next()).await else {
            let progress = self.how_far();
            return Err(Error::new(ErrorKind::Stalled { after: self.patience, progress }));
        };
        let chunk = chunk.map_err(|error| self.broken(error))?;
        let Some(chunk) = chunk else {
            return match self.length {
                Some(length) if self.received < length => {
                    let kind = TransportErrorKind::Interrupted;
                    Err(self.broken(TransportError::new(kind, "the body ended too early")))
                }
                _ => Ok(None),
            };
        };
        self.received += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if let Some(limit) = self.limit.filter(|limit| self.received > *limit) {
            return Err(Error::new(ErrorKind::TooLarge { limit, size: None }));
        }
        if let Some(progress) = &self.progress {
            progress.tell(self.received, self.total);
        }
        Ok(Some(chunk))
    }

    fn how_far(&self) -> String {
        let received = self.received;
        match self.length {
            Some(length) => format!("after {received} of {length} bytes"),
            None => format!("after {received} bytes"),
        }
    }

    fn broken(&self, source: TransportError) -> Error {
        let how_far = self.how_far();
        Error::new(ErrorKind::Network { connected: true }).because(BrokenOff { how_far, source })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{source} ({how_far})")]
struct BrokenOff {
    how_far: String,
    source: TransportError,
}
