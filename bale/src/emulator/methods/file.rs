//! Files: how a call names one, and `getFile`.

use serde_json::Value;

use crate::emulator::{
    core::Core,
    fetch,
    params::{Params, Upload, missing},
    quirks::OutsideUrls,
    refusal::Refusal,
    state::{FileKey, NewFile},
    time::Time,
    wire,
};

const MEGABYTE: usize = 1024 * 1024;

/// Bytes of an uploaded photo. Source: docs.bale.ai#sendPhoto, official.
pub(super) const LARGEST_PHOTO: usize = 10 * MEGABYTE;

/// Bytes of any other upload. Source: docs.bale.ai#sendDocument, official.
pub(super) const LARGEST_FILE: usize = 50 * MEGABYTE;

/// Bytes of a photo at an address. Source: docs.bale.ai#sendPhoto, official.
const LARGEST_FETCHED_PHOTO: usize = 5 * MEGABYTE;

/// Bytes of any other file at an address. Source: docs.bale.ai#sendDocument, official.
const LARGEST_FETCHED_FILE: usize = 20 * MEGABYTE;

/// Bytes of a file that can be downloaded. Source: docs.bale.ai#getFile, official.
const LARGEST_DOWNLOAD: usize = 20 * MEGABYTE;

/// `getFile`. Every call makes a new link, which works for an hour.
pub(super) fn get_file(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let file_id = params.required_text("file_id")?;
    let key = core.world.files.find(file_id).ok_or_else(wrong_file)?;
    let bytes = core.world.files.get(key).bytes.as_ref();
    if bytes.is_some_and(|bytes| bytes.len() > LARGEST_DOWNLOAD) {
        return Err(Refusal::bad_request("file is too big"));
    }
    let path = core.world.files.link(now, key);
    Ok(wire::file(&core.world, key, Some(path)))
}

/// The file under this parameter, stored when it is new: an upload, or a text as [`named_file`] reads it.
pub(super) fn file(
    core: &mut Core,
    params: &Params,
    name: &str,
    most: usize,
) -> Result<FileKey, Refusal> {
    match params.file(name) {
        Some(upload) => store(core, upload, most),
        None => {
            let text = params.text(name)?.filter(|text| !text.is_empty());
            named_file(core, params, text.ok_or_else(|| missing(name))?, most)
        }
    }
}

/// The file a text means: `attach://<part>`, a `file_id`, an address, or the bare name of a part, as
/// Balethon writes it in albums (library).
///
/// What is at an address was fetched before, if it is of this machine; see [`OutsideUrls`] for others.
pub(super) fn named_file(
    core: &mut Core,
    params: &Params,
    text: &str,
    most: usize,
) -> Result<FileKey, Refusal> {
    if let Some(part) = text.strip_prefix("attach://") {
        let upload = params.file(part).ok_or_else(|| missing(part))?;
        return store(core, upload, most);
    }
    if let Some(key) = core.world.files.find(text) {
        return Ok(key);
    }
    if let Some(upload) = params.file(text) {
        return store(core, upload, most);
    }
    let url = fetch::address(text).ok_or_else(wrong_file)?;
    match params.fetched(url.as_str()) {
        Some(found) => {
            let found = found.as_ref().map_err(Refusal::not_fetched)?;
            let most =
                if most == LARGEST_PHOTO { LARGEST_FETCHED_PHOTO } else { LARGEST_FETCHED_FILE };
            if found.bytes.len() > most {
                let megabytes = most / MEGABYTE;
                return Err(Refusal::not_fetched(format_args!("it has more than {megabytes} MB")));
            }
            store(core, found, most)
        }
        None if core.world.quirks.outside_urls == OutsideUrls::Unfetched => {
            let name = fetch::file_name(&url);
            Ok(core.world.files.add(NewFile { name, ..NewFile::default() }))
        }
        None => Err(Refusal::not_fetched(
            "the emulator fetches from http://127.0.0.1 and http://localhost only, and takes other addresses \
             unfetched with the quirk outside_urls",
        )),
    }
}

/// What was fetched from the address that a text is, if anything was.
pub(super) fn fetched<'p>(params: &'p Params, text: &str) -> Option<&'p Upload> {
    params.fetched(fetch::address(text)?.as_str())?.as_ref().ok()
}

/// The uploaded file under this parameter, where nothing but an upload will do.
pub(super) fn uploaded(
    core: &mut Core,
    params: &Params,
    name: &str,
    most: usize,
) -> Result<FileKey, Refusal> {
    let attached = || params.text(name).ok().flatten()?.strip_prefix("attach://");
    let upload = params.file(name).or_else(|| params.file(attached()?));
    let refusal = || Refusal::bad_request(format_args!("{name} must be an uploaded file"));
    store(core, upload.ok_or_else(refusal)?, most)
}

fn store(core: &mut Core, upload: &Upload, most: usize) -> Result<FileKey, Refusal> {
    if upload.bytes.len() > most {
        return Err(Refusal::too_large());
    }
    if upload.bytes.is_empty() {
        return Err(Refusal::bad_request("file must be non-empty"));
    }
    Ok(core.world.files.add(NewFile {
        name: Some(upload.file_name.clone()).filter(|name| !name.is_empty()),
        mime_type: upload.mime_type.clone(),
        bytes: Some(upload.bytes.clone()),
    }))
}

fn wrong_file() -> Refusal {
    Refusal::bad_request("wrong file identifier/HTTP URL specified")
}
