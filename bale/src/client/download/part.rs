//! A file that is not whole yet: it lies beside its place, and takes it at the end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tokio::{io::AsyncWrite, task::spawn_blocking};

/// What has come so far. Dropped, it removes itself.
pub(super) struct Part {
    file: tokio::fs::File,
    rest: Unfinished,
    target: PathBuf,
}

impl Part {
    /// An empty file beside `target`, made by one task: a caller that goes away leaves nothing behind.
    pub(super) async fn beside(target: PathBuf) -> io::Result<Self> {
        spawn_blocking(move || {
            let shown = target.display();
            if target.is_dir() {
                let problem = format!("`{shown}` is a folder, expected the path of a file");
                return Err(io::Error::new(io::ErrorKind::IsADirectory, problem));
            }
            let folder = match target.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
            if !folder.is_dir() {
                let problem = format!("`{shown}`: there is no folder `{}`", folder.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, problem));
            }
            let path = folder.join(format!(".bale-{:016x}.part", fastrand::u64(..)));
            let file = fs::OpenOptions::new().write(true).create_new(true).open(&path);
            let file = file.map_err(|error| named(&target, &error))?.into();
            Ok(Self { file, rest: Unfinished(path), target })
        })
        .await?
    }

    /// Where the bytes go.
    pub(super) fn file(&mut self) -> &mut (impl AsyncWrite + Unpin + use<>) {
        &mut self.file
    }

    /// Gives the file its place. All bytes must have been flushed.
    pub(super) async fn keep(self) -> io::Result<()> {
        let Self { file, rest, target } = self;
        // Some systems do not rename what is open.
        drop(file.into_std().await);
        // At its end `rest` finds nothing to remove.
        spawn_blocking(move || fs::rename(&rest.0, &target).map_err(|error| named(&target, &error)))
            .await?
    }
}

/// An error of a file, with the name that the caller knows.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("`{}`: {error}", path.display()))
}

/// A file to remove.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It may have its place by now, and nobody is left to hear of anything else.
        let _ = fs::remove_file(&self.0);
    }
}
