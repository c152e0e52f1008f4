//! Stored files: their ids, bytes and download links.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;

use crate::emulator::{picture, time::Time};

/// How long a download link works. Source: docs.bale.ai#getFile, official.
const LINK_LIFE: Duration = Duration::from_secs(3600);

/// A file of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileKey(usize);

/// What a file is stored from.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewFile {
    pub(crate) name: Option<String>,
    pub(crate) mime_type: Option<String>,
    /// `None` for a file that is only known by its address.
    pub(crate) bytes: Option<Bytes>,
}

/// A file the server knows.
#[derive(Debug)]
pub(crate) struct StoredFile {
    pub(crate) id: String,
    pub(crate) unique_id: String,
    pub(crate) name: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) bytes: Option<Bytes>,
    /// Width and height of a picture; zeros when it is none the emulator can read.
    pub(crate) size: (u32, u32),
}

#[derive(Debug)]
struct Link {
    file: FileKey,
    made: Time,
}

/// All files.
#[derive(Debug)]
pub(crate) struct Files {
    bot_id: i64,
    files: Vec<StoredFile>,
    links: BTreeMap<String, Link>,
    links_made: u64,
}

impl Files {
    /// No files yet; ids will begin with the bot's.
    pub(crate) fn of_bot(bot_id: i64) -> Self {
        Self { bot_id, files: Vec::new(), links: BTreeMap::new(), links_made: 0 }
    }

    /// Stores a file under ids of its own. They contain colons, as Bale's do.
    ///
    /// Source: quirks, ids (official).
    pub(crate) fn add(&mut self, new: NewFile) -> FileKey {
        let key = FileKey(self.files.len());
        let number = key.0 + 1;
        self.files.push(StoredFile {
            id: format!("{}:{number}:EMU{number:07}:1", self.bot_id),
            unique_id: format!("EMU{number:07}"),
            name: new.name,
            mime_type: new.mime_type,
            size: new.bytes.as_deref().and_then(picture::size).unwrap_or_default(),
            bytes: new.bytes,
        });
        key
    }

    /// The file of a key this store gave out.
    pub(crate) fn get(&self, key: FileKey) -> &StoredFile {
        &self.files[key.0]
    }

    /// The file with this `file_id`.
    pub(crate) fn find(&self, file_id: &str) -> Option<FileKey> {
        let number: usize = file_id.split(':').nth(1)?.parse().ok()?;
        let key = FileKey(number.checked_sub(1)?);
        self.files.get(key.0).filter(|file| file.id == file_id).map(|_| key)
    }

    /// A path under which the file can be downloaded for an hour.
    pub(crate) fn link(&mut self, now: Time, file: FileKey) -> String {
        self.links.retain(|_, link| now.since(link.made) < LINK_LIFE);
        self.links_made += 1;
        let path = format!("files/{}-{}", self.get(file).unique_id, self.links_made);
        self.links.insert(path.clone(), Link { file, made: now });
        path
    }

    /// The file a link leads to, unless the link is too old.
    pub(crate) fn follow(&self, now: Time, path: &str) -> Option<FileKey> {
        let link = self.links.get(path)?;
        (now.since(link.made) < LINK_LIFE).then_some(link.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_lives_an_hour_and_each_call_makes_another() {
        let at = |seconds| Time::since_epoch(Duration::from_secs(seconds));
        let mut files = Files::of_bot(7);
        let key = files.add(NewFile { bytes: Some("x".into()), ..NewFile::default() });
        let first = files.link(at(0), key);
        let second = files.link(at(10), key);
        assert_eq!((&*first, &*second), ("files/EMU0000001-1", "files/EMU0000001-2"));
        assert_eq!(files.follow(at(3599), &first), Some(key));
        assert_eq!(files.follow(at(3600), &first), None);
        assert_eq!(files.follow(at(3609), &second), Some(key));
        assert_eq!(files.find("7:1:EMU0000001:1"), Some(key));
        for unknown in ["7:1:EMU0000001:2", "7:0:x:1", "7:2:x:1", "7", ""] {
            assert_eq!(files.find(unknown), None, "{unknown}");
        }
    }
}
