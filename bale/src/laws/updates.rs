//! Updates: each is read alone, none costs another, and what was read is written as it was.

use serde_json::{Value, value::RawValue};

use crate::types::{UndecodableUpdate, Update, UpdateKind, parse_updates};

/// What is printed of an update that cannot be read is bounded, in bytes: two kilobytes of it, each of which may have
/// to be escaped, and what is said around it.
const LONGEST_PRINT: usize = 32 << 10;

/// The `result` of `getUpdates`.
pub(super) fn batch(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else { return };
    let Ok(updates) = parse_updates(raw) else {
        assert!(!raw.get().starts_with('['), "an array can always be read");
        return;
    };
    let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).expect("it is an array");
    assert_eq!(updates.len(), elements.len(), "each element is one update");
    for (update, element) in updates.iter().zip(elements) {
        assert_eq!(*update, Update::from_raw(element.get()), "as if it had come alone");
        has_its_id(element.get(), update);
        is_written_as_it_was(update);
        costs_no_neighbour(element, update);
    }
}

/// One update, and no promise that it is JSON.
pub(super) fn webhook_body(data: &[u8]) {
    // White space around it is kept, but not written again.
    let text = String::from_utf8_lossy(data.trim_ascii());
    let update = Update::from_raw(&text);
    has_its_id(&text, &update);
    is_written_as_it_was(&update);
    match &update {
        Ok(Update { kind: UpdateKind::Unknown(unknown), .. }) => assert_eq!(unknown.raw, text),
        Ok(_) => {}
        Err(error) => assert_eq!(error.raw(), text),
    }
}

/// Whoever reads the text as plain JSON finds the same id.
fn has_its_id(text: &str, update: &Result<Update, UndecodableUpdate>) {
    let plain: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(expected) = plain["update_id"].as_i64() else { return };
    let found = update.as_ref().map(|update| update.update_id);
    assert_eq!(found, Ok(expected), "its id can be read");
}

fn is_written_as_it_was(update: &Result<Update, UndecodableUpdate>) {
    let printed = match update {
        Ok(Update { kind: UpdateKind::Unknown(unknown), .. }) => format!("{unknown:?}"),
        Ok(_) => String::new(),
        Err(error) => format!("{error}{error:?}"),
    };
    assert!(printed.len() < LONGEST_PRINT, "{} bytes are printed", printed.len());
    let Ok(update) = update else { return };
    // Text that broke off cannot be written as JSON.
    if let UpdateKind::Unknown(unknown) = &update.kind {
        if serde_json::from_str::<&RawValue>(&unknown.raw).is_err() {
            return;
        }
    }
    let written = serde_json::to_string(update).expect("an update can be written");
    assert_eq!(Update::from_raw(&written).as_ref(), Ok(update), "written as {written}");
}

/// Good updates on both sides of it are read as they are alone.
fn costs_no_neighbour(element: &RawValue, update: &Result<Update, UndecodableUpdate>) {
    const BEFORE: &str = r#"{"update_id":1,"message":{"message_id":2,"chat":{"id":3}}}"#;
    const BEHIND: &str = r#"{"update_id":4,"callback_query":{"id":"5","from":{"id":6}}}"#;
    let batch = format!("[{BEFORE},{},{BEHIND}]", element.get());
    let batch = RawValue::from_string(batch).expect("three elements are an array");
    let expected = [Update::from_raw(BEFORE), update.clone(), Update::from_raw(BEHIND)];
    assert_eq!(parse_updates(&batch).expect("it is an array"), expected);
}
