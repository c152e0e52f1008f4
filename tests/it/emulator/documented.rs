//! `docs/emulator.md` and what `GET /` says have everything the server has, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use bale::emulator::Quirks;
use serde_json::Value;

use super::emulator;

const DOCUMENT: &str = include_str!("../../../docs/emulator.md");
const HELP: &str = include_str!("../../../bale/src/emulator/http/help.txt");
const ACTS: &str = include_str!("../../../bale/src/emulator/control/act.rs");

/// The first words of the first cells below a heading, and what stands beside them.
fn table(heading: &str) -> BTreeMap<String, String> {
    let (_, section) = DOCUMENT.split_once(heading).expect("a heading");
    let section = section.split("\n#").next().unwrap_or_default();
    let mut rows = BTreeMap::new();
    for line in section.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (names, rest) = line.split_once(" | ").expect("a row has cells");
        for name in names.split(", ") {
            rows.insert(name.trim_matches(['`', ' ']).to_owned(), rest.to_owned());
        }
    }
    rows
}

/// The names of the rows of `acts!`.
fn acts() -> BTreeSet<String> {
    let rows = ACTS.lines().filter_map(|line| line.strip_prefix("    \"")?.split_once("\" "));
    rows.filter(|(_, rest)| rest.contains(": ")).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn everything_people_do_is_documented() {
    let mut documented: BTreeSet<_> = table("### What people do").into_keys().collect();
    // It is no deed: a text for the bot as it is.
    assert!(documented.remove("update"));
    assert!(acts().len() > 15, "{:?}", acts());
    assert_eq!(documented, acts());
    for act in acts() {
        let said = HELP.contains(&format!("/control/{act} "))
            || HELP.contains(&format!(", {act} "))
            || HELP.contains(&format!("/control/{act}, "));
        assert!(said, "GET / does not say /control/{act}");
    }
}

#[tokio::test]
async fn a_path_that_is_documented_is_there() {
    let emulator = emulator();
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    let client = crate::web::client();
    let acts = table("### What people do").into_keys().map(|act| format!("POST /control/{act}"));
    let mut count = 0;
    for line in acts.chain(table("### The rest").into_keys()) {
        let Some((verb, path)) = line.split_once(' ') else { continue };
        // The stream has no end, and there is no file.
        if path.contains("events") || path.contains("<file_id>") {
            continue;
        }
        count += 1;
        let url = format!("{}{}", server.url(), path.replace("<id>", "1"));
        let request = if verb == "GET" { client.get(url) } else { client.post(url).body("?") };
        let status = request.send().await.expect("an answer").status().as_u16();
        assert!(status == 200 || status == 400, "{line}: {status}");
    }
    assert!(count > 25, "{count}");
    server.shutdown().await.expect("it stops");
}

#[test]
fn every_switch_is_documented_with_its_default() {
    let documented = table("### Quirks");
    let known = serde_json::to_value(Quirks::default()).expect("JSON");
    let known = known.as_object().expect("an object");
    assert_eq!(documented.keys().collect::<Vec<_>>(), known.keys().collect::<Vec<_>>());
    for (name, default) in known {
        let default = match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let row = &documented[name];
        assert!(
            row.starts_with(&format!("`{default}`")),
            "{name}: expected `{default}`, found {row}"
        );
    }
}
