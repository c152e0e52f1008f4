//! `MessageEntity`: which words of a text are commands and mentions.
//!
//! Source: docs.bale.ai#messageEntity (official) has these two kinds and counts in UTF-16 units. Which words are
//! meant it does not say; here they are Telegram's, with commands and names in ASCII (inferred).

use serde_json::{Value, json};

/// Characters of the longest command. Source: Telegram's (inferred).
const LONGEST_COMMAND: usize = 64;
/// Characters of the shortest user name. Source: Telegram's (inferred).
const SHORTEST_NAME: usize = 4;

/// The entities of a text, none if it has none.
pub(super) fn entities(text: &str) -> Option<Value> {
    let mut entities = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        if let Some((kind, length)) = entity(word) {
            entities.push(json!({"type": kind, "offset": offset, "length": length}));
        }
        offset += word.encode_utf16().count();
    }
    (!entities.is_empty()).then(|| entities.into())
}

/// What begins a word, and its length.
fn entity(word: &str) -> Option<(&'static str, usize)> {
    let name = |text: &str| {
        text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
    };
    let mention = |text: &str| {
        let length = text.strip_prefix('@').map(name)?;
        (length >= SHORTEST_NAME).then_some(1 + length)
    };
    let Some(command) = word.strip_prefix('/') else { return Some(("mention", mention(word)?)) };
    let length = name(command);
    let to = mention(&command[length..]).unwrap_or(0);
    (1..=LONGEST_COMMAND).contains(&length).then_some(("bot_command", 1 + length + to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_mentions_are_told() {
        let told = |text: &str| {
            let told = entities(text).unwrap_or(json!([]));
            let one = |entity: &Value| {
                format!("{} {} {}", entity["type"], entity["offset"], entity["length"])
            };
            told.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(", ").replace('"', "")
        };
        assert_eq!(told("/start"), "bot_command 0 6");
        assert_eq!(told("/add@my_bot 1 /b!"), "bot_command 0 11, bot_command 14 2");
        assert_eq!(told("😀 سلام\n@sara_1، /x"), "mention 8 7, bot_command 17 2");
        assert_eq!(told("a/b a@sara @ali / /خرید //x"), "");
        assert_eq!(told(&format!("/{}", "a".repeat(65))), "");
        assert_eq!(told("/a@b"), "bot_command 0 2");
    }
}
