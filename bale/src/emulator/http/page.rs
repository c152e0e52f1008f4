//! The playground: one page, and the files it is made of, all in the program.

use axum::{
    body::Body,
    http::{HeaderMap, header},
    response::Response,
};

use super::secured;

/// What the page may do: nothing but talk to this server and show what comes from it. Mini apps live in frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
     media-src 'self' blob:; font-src 'self'; connect-src 'self'; frame-src http: https:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A table of paths, each with the file in the folder `playground` and its type.
macro_rules! files {
    ($($path:literal $kind:literal $file:literal)*) => {
        &[$(($path, $kind, include_bytes!(concat!("../../../playground/", $file)))),*]
    };
}

const JS: &str = "text/javascript; charset=utf-8";

const FILES: &[(&str, &str, &[u8])] = files! {
    "/" "html" "index.html"
    "/playground/style.css" "css" "style.css"
    "/playground/messages.css" "css" "messages.css"
    "/playground/panels.css" "css" "panels.css"
    "/playground/main.js" "js" "main.js"
    "/playground/store.js" "js" "store.js"
    "/playground/server.js" "js" "server.js"
    "/playground/words.js" "js" "words.js"
    "/playground/dom.js" "js" "dom.js"
    "/playground/markdown.js" "js" "markdown.js"
    "/playground/list.js" "js" "list.js"
    "/playground/bubble.js" "js" "bubble.js"
    "/playground/chat.js" "js" "chat.js"
    "/playground/people.js" "js" "people.js"
    "/playground/inspector.js" "js" "inspector.js"
    "/playground/miniapp.js" "js" "miniapp.js"
    "/playground/tools.js" "js" "tools.js"
    "/playground/curl.js" "js" "curl.js"
    "/playground/summary.js" "js" "summary.js"
    "/playground/recorder.js" "js" "recorder.js"
    "/playground/members.js" "js" "members.js"
    "/playground/upload.js" "js" "upload.js"
    "/playground/vazirmatn.woff2" "font" "vazirmatn.woff2"
    "/playground/icon.svg" "svg" "icon.svg"
    "/miniapp.js" "js" "bale.js"
};

/// The file at this path. At `/` only a browser gets the page; `curl` gets the help.
pub(crate) fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let (_, kind, bytes) = FILES.iter().find(|(at, ..)| *at == path)?;
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if *kind == "html" && !accepts.is_some_and(|accept| accept.contains("text/html")) {
        return None;
    }
    let mime_type = match *kind {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => JS,
        "svg" => "image/svg+xml",
        _ => "font/woff2",
    };
    let fresh = if *kind == "font" { "max-age=86400" } else { "no-cache" };
    let mut response = secured(
        [(header::CONTENT_TYPE, mime_type), (header::CACHE_CONTROL, fresh)].into_iter(),
        Body::from(*bytes),
    );
    if *kind == "html" {
        let policy = header::HeaderValue::from_static(POLICY);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `docs/emulator.md` says the page weighs at most.
    #[test]
    fn the_page_is_light() {
        let weight: usize = FILES.iter().map(|(.., bytes)| bytes.len()).sum();
        assert!(weight <= 200_000, "the page weighs {weight} bytes, more than 200 KB");
    }

    #[test]
    fn every_file_of_the_page_is_served_and_none_is_fetched_from_elsewhere() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/playground");
        let is_served = |bytes: &[u8]| FILES.iter().any(|(.., served)| *served == bytes);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end != "txt" && end != "md") {
                let bytes = std::fs::read(&path).unwrap();
                assert!(is_served(&bytes), "{} is not in the table", path.display());
            }
        }
        for (path, kind, bytes) in FILES {
            if !matches!(*kind, "font" | "svg") {
                let text = std::str::from_utf8(bytes).unwrap();
                assert!(!text.contains("https://"), "{path} names another server");
                assert!(!text.contains("innerHTML"), "{path} writes HTML");
            }
        }
    }
}
