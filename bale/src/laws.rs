//! What must hold whatever bytes arrive: one function a law, which panics where it is broken.
//!
//! They are not part of the library. The fuzzer calls them (`fuzz/`, which compiles with `--cfg fuzzing`), and so do
//! the tests below: with the fuzzer's seeds, and with seeds that were changed at random.

/// Looks at some bytes, and panics if the law does not hold for them.
pub type Law = fn(&[u8]);

macro_rules! laws {
    ($($(#[$cfg:meta])? $module:ident::$law:ident;)*) => {
        /// The laws by name. A fuzz target has its law's name, and so has the folder of its seeds.
        pub const LAWS: &[(&str, Law)] = &[$($(#[$cfg])? (stringify!($law), $module::$law)),*];
    };
}

laws! {
    updates::batch;
    updates::webhook_body;
    #[cfg(feature = "emulator")] answers::envelope;
    patterns::callback;
    patterns::command;
    #[cfg(feature = "emulator")] bodies::multipart;
    #[cfg(feature = "emulator")] bodies::request;
    #[cfg(feature = "emulator")] server::conversation;
    texts::folding;
    texts::cron;
    records::record;
}

#[cfg(feature = "emulator")]
mod answers;
#[cfg(feature = "emulator")]
mod bodies;
mod patterns;
mod records;
#[cfg(feature = "emulator")]
mod server;
mod texts;
mod updates;

/// What a future gives that has nothing to wait for; none if it waits.
#[cfg(feature = "emulator")]
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    use std::task::{Context, Poll, Waker};

    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, path::PathBuf};

    use proptest::{prelude::*, sample::Index};

    use super::*;

    fn fuzz(folder: &str) -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "../fuzz", folder].iter().collect()
    }

    #[cfg(feature = "emulator")]
    fn names_in(folder: PathBuf) -> Vec<String> {
        let name = |entry: fs::DirEntry| {
            entry.path().file_stem().expect("a name").to_string_lossy().into_owned()
        };
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    /// The seeds of a law, by file.
    fn seeds(law: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let seed = |path: PathBuf| (path.clone(), fs::read(path).unwrap());
        let entries = fs::read_dir(fuzz("seeds").join(law)).unwrap();
        entries.map(|entry| seed(entry.unwrap().path())).collect()
    }

    #[cfg(feature = "emulator")]
    #[test]
    fn each_law_has_a_target_and_seeds() {
        let mut laws: Vec<_> = LAWS.iter().map(|(name, _)| *name).collect();
        laws.sort_unstable();
        assert_eq!(names_in(fuzz("fuzz_targets")), laws);
        assert_eq!(names_in(fuzz("seeds")), laws);
        let manifest = fs::read_to_string(fuzz("Cargo.toml")).unwrap();
        for law in laws {
            assert!(
                manifest.contains(&format!("name = \"{law}\"\npath = \"fuzz_targets/{law}.rs\""))
            );
            let target =
                fs::read_to_string(fuzz("fuzz_targets").join(format!("{law}.rs"))).unwrap();
            assert!(target.contains(&format!("bale_fuzz::check(\"{law}\", data)")), "{target}");
        }
    }

    #[test]
    fn the_seeds_keep_the_laws() {
        for (name, law) in LAWS {
            let seeds = seeds(name);
            assert!(seeds.len() > 2, "{name} has {} seeds", seeds.len());
            for (path, seed) in seeds {
                println!("{}", path.display());
                law(&seed);
            }
        }
    }

    /// What parsers trip over.
    const TOKENS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "null",
        "true",
        "-1",
        "9223372036854775807",
        "1e400",
        "0.1",
        "\\ud800",
        "\\u0000",
        "\\",
        "%",
        "%2",
        "%25",
        "\n",
        "\r\n",
        " ",
        "\t",
        "*",
        "/",
        "-",
        "۱۲",
        "ي",
        "\u{200c}",
        "\u{feff}",
        "\u{640}",
        "«",
        "”",
        "@",
        "{a}",
        "{b?}",
        "{c...}",
        "\u{10ffff}",
        "\0",
        "\"update_id\":",
        "\"message\":",
        "\"ok\":",
        "\"result\":",
        "--",
        "; boundary=x",
        "secret-secret",
    ];

    /// A seed with something taken out, put in or doubled.
    fn change(seed: &str, edits: &[(Index, u8, Index, u8)]) -> Vec<u8> {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, length, token, kind) in edits {
            let at = at.index(text.len() + 1);
            let end = text.len().min(at + usize::from(*length));
            let token = TOKENS[token.index(TOKENS.len())];
            let new: Vec<char> = match kind % 4 {
                0 => Vec::new(),
                1 => token.chars().collect(),
                2 => token.chars().chain(text[at..end].iter().copied()).collect(),
                _ => text[at..end].repeat(2),
            };
            text.splice(at..end, new);
        }
        text.into_iter().collect::<String>().into_bytes()
    }

    fn edits() -> impl Strategy<Value = Vec<(Index, u8, Index, u8)>> {
        let short = prop_oneof![4 => 0_u8..4, 1 => any::<u8>()];
        prop::collection::vec((any::<Index>(), short, any::<Index>(), any::<u8>()), 1..8)
    }

    #[test]
    fn changed_seeds_keep_the_laws() {
        for (name, law) in LAWS {
            let seeds: Vec<String> = seeds(name)
                .into_values()
                .map(|seed| String::from_utf8_lossy(&seed).into_owned())
                .collect();
            let cases = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
            let changed = (prop::sample::select(seeds), edits());
            proptest!(cases, |((seed, edits) in changed, byte in any::<Option<(Index, u8)>>())| {
                let mut data = change(&seed, &edits);
                if let Some((at, byte)) = byte.filter(|_| !data.is_empty()) {
                    let at = at.index(data.len());
                    data[at] = byte;
                }
                println!("{name}: {:?}", String::from_utf8_lossy(&data));
                law(&data);
            });
        }
    }
}
