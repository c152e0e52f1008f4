//! What Bale does not know: methods, parameters and fields that are Telegram's or nobody's, and values of another type.
//!
//! Bale ignores most of it, which is how a bot sends its tags of HTML to everybody. Here it is told as a hint, or
//! refused in strict mode.

use std::{collections::HashMap, fmt::Display, sync::LazyLock};

use serde_json::Value;

use super::params::{Given, Params};

/// Every method and type that calls consist of, one a line: its name, then `name:type` of what it has. A test compares
/// it with the reference in `tests/fixtures`.
const KNOWN: &str = include_str!("strict/known.txt");

/// Characters of a wrong value that are shown.
const LONGEST_FOUND: usize = 60;

/// What Telegram has instead of something of Bale, and what a bot does here.
const INSTEAD: &[(&str, &str)] = &[
    ("parse_mode", "every text is Bale's Markdown"),
    ("entities", "every text is Bale's Markdown"),
    ("caption_entities", "every text is Bale's Markdown"),
    ("reply_parameters", "use reply_to_message_id"),
    ("allow_sending_without_reply", "leave reply_to_message_id out"),
    ("message_thread_id", "groups have no topics"),
    ("direct_messages_topic_id", "groups have no topics"),
    ("inline_message_id", "there is no inline mode"),
    ("allowed_updates", "all four kinds of updates come"),
    ("secret_token", "use an address that nobody can guess"),
    ("force_reply", "ask in the text"),
    ("commands", "there is no menu of commands"),
    ("revoke_messages", "delete them one by one"),
    ("has_spoiler", "there are no spoilers"),
];

type Fields = Vec<(&'static str, &'static str)>;

static TABLE: LazyLock<HashMap<&'static str, Fields>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut words = line.split(' ');
        let name = words.next()?;
        Some((name, words.filter_map(|word| word.split_once(':')).collect()))
    };
    KNOWN.lines().filter(|line| !line.is_empty()).filter_map(row).collect()
});

/// What is wrong with the parameters of a method that Bale has, one text each.
pub(crate) fn problems(method: &str, params: &Params) -> Vec<String> {
    let mut problems = Problems(Vec::new());
    let Some(known) = TABLE.get(method) else { return problems.0 };
    let takes_parts = known.iter().any(|(_, kind)| kind.contains("Input"));
    for (name, given) in params.iter() {
        let kind = known.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        match (kind, given) {
            // A file that another parameter speaks of.
            (None, Given::File) if takes_parts => {}
            (None, _) => problems.unknown(method, name, known),
            (Some(kind), Given::File) => {
                if !kind.contains("Input") {
                    problems.wrong(format_args!("{method}.{name}"), kind, "a file");
                }
            }
            (Some(kind), Given::Value(value)) => {
                problems.value(&format!("{method}.{name}"), kind, value, !params.is_json());
            }
        }
    }
    problems.0
}

/// The parameters of a method that are files, or hold some.
pub(crate) fn files_of(method: &str) -> impl Iterator<Item = &'static str> {
    let method = super::methods::find(method).and_then(|method| TABLE.get(method.name));
    let fields = method.map_or(&[][..], |fields| &fields[..]);
    fields.iter().filter(|(_, kind)| kind.contains("Input")).map(|(name, _)| *name)
}

/// What is wrong with a call of a method that Bale does not have.
pub(crate) fn unknown_method(name: &str) -> String {
    let common = |known: &&str| {
        let (mut ours, mut theirs) = (known.chars(), name.chars());
        let same = std::iter::from_fn(|| {
            let (a, b) = (ours.next()?, theirs.next()?);
            a.eq_ignore_ascii_case(&b).then_some(())
        });
        same.count()
    };
    let nearest =
        super::methods::implemented().max_by_key(common).filter(|known| common(known) > 4);
    let nearest = nearest.map(|known| format!("; {known} is the nearest it has"));
    format!("Bale has no method {name}{}", nearest.unwrap_or_default())
}

struct Problems(Vec<String>);

impl Problems {
    fn unknown(&mut self, of: &str, name: &str, known: &Fields) {
        let instead = INSTEAD.iter().find(|(theirs, _)| *theirs == name);
        let instead = instead.map(|(_, instead)| format!(": {instead}")).unwrap_or_default();
        let known = known.iter().map(|(known, _)| *known).collect::<Vec<_>>();
        let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
        self.0.push(format!("Bale has no {of}.{name}{instead}; expected {known}"));
    }

    fn wrong(&mut self, path: impl Display, kind: &str, found: impl Display) {
        let kind = kind.replace('|', " or ").replace("[]", " (a list)");
        let mut found = found.to_string();
        if found.chars().count() > LONGEST_FOUND {
            found = found.chars().take(LONGEST_FOUND).chain(['…']).collect();
        }
        self.0.push(format!("{path}: expected {kind}, found {found}"));
    }

    /// A value of this type. In a form everything is text.
    fn value(&mut self, path: &str, kind: &'static str, value: &Value, in_form: bool) {
        if value.is_null() {
            return;
        }
        if let Some(one) = kind.strip_suffix("[]") {
            let Some(list) = nested(value) else { return self.wrong(path, kind, value) };
            let Some(list) = list.as_array() else { return self.wrong(path, kind, list) };
            for (at, value) in list.iter().enumerate() {
                self.value(&format!("{path}[{at}]"), one, value, false);
            }
            return;
        }
        let text = value.as_str();
        let fits = match kind {
            "String" | "InputFile|String" | "InputFile" => text.is_some(),
            "Integer" if in_form => text.is_some_and(|text| text.trim().parse::<i64>().is_ok()),
            "Integer" => value.is_i64(),
            "Integer|String" => text.is_some() || value.is_i64(),
            "Float" if in_form => text.is_some_and(|text| text.trim().parse::<f64>().is_ok()),
            "Float" => value.is_number(),
            "Boolean" | "True" if in_form => text.is_some_and(|text| {
                matches!(&*text.to_ascii_lowercase(), "true" | "false" | "1" | "0")
            }),
            "Boolean" | "True" => value.is_boolean(),
            "Object" => true,
            _ => return self.object(path, kind, value),
        };
        if !fits {
            self.wrong(path, kind, value);
        }
    }

    fn object(&mut self, path: &str, kind: &'static str, value: &Value) {
        let parsed = nested(value);
        let Some(fields) = parsed.as_ref().and_then(Value::as_object) else {
            return self.wrong(path, kind, value);
        };
        let has = |name: &str| fields.contains_key(name);
        let name = match kind {
            "ReplyMarkup" if has("inline_keyboard") => "InlineKeyboardMarkup",
            "ReplyMarkup" if has("keyboard") => "ReplyKeyboardMarkup",
            "ReplyMarkup" => "ReplyKeyboardRemove",
            "InputMedia" => match fields.get("type").and_then(Value::as_str) {
                Some("photo") => "InputMediaPhoto",
                Some("video") => "InputMediaVideo",
                Some("animation") => "InputMediaAnimation",
                Some("audio") => "InputMediaAudio",
                Some("document") => "InputMediaDocument",
                _ => {
                    let kinds = "photo, video, animation, audio or document";
                    return self.wrong(format_args!("{path}.type"), kinds, &value["type"]);
                }
            },
            name => name,
        };
        let Some(known) = TABLE.get(name) else { return };
        for (field, value) in fields {
            match known.iter().find(|(known, _)| known == field) {
                Some((_, kind)) => self.value(&format!("{path}.{field}"), kind, value, false),
                None => self.unknown(path, field, known),
            }
        }
    }
}

/// A nested value, which also comes as JSON text.
fn nested(value: &Value) -> Option<Value> {
    match value.as_str() {
        Some(text) => serde_json::from_str(text).ok(),
        None => Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(method: &str, params: Value, expected: &[&str]) {
        let mut params = Params::from(params);
        params.mark_json();
        assert_eq!(problems(method, &params), expected);
    }

    #[test]
    fn what_bale_has_not_is_named_with_what_it_has() {
        let have = "chat_id, text, reply_to_message_id, reply_markup";
        check("sendMessage", json!({"chat_id": 1, "text": "x", "reply_markup": null}), &[]);
        check(
            "sendMessage",
            json!({"chat_id": "1", "parse_mode": "HTML"}),
            &[&format!(
                "Bale has no sendMessage.parse_mode: every text is Bale's Markdown; expected {have}"
            )],
        );
        check("getMe", json!({"x": 1}), &["Bale has no getMe.x; expected nothing"]);
        assert_eq!(
            unknown_method("sendPoll"),
            "Bale has no method sendPoll; sendPhoto is the nearest it has"
        );
        assert_eq!(unknown_method("stopPoll"), "Bale has no method stopPoll");
    }

    #[test]
    fn types_are_those_of_the_reference() {
        check(
            "sendMessage",
            json!({"text": 5, "reply_to_message_id": "7"}),
            &[
                "sendMessage.reply_to_message_id: expected Integer, found \"7\"",
                "sendMessage.text: expected String, found 5",
            ],
        );
        check(
            "banChatMember",
            json!({"chat_id": [], "user_id": 1.5}),
            &[
                "banChatMember.chat_id: expected Integer or String, found []",
                "banChatMember.user_id: expected Integer, found 1.5",
            ],
        );
        check(
            "answerPreCheckoutQuery",
            json!({"ok": 1}),
            &["answerPreCheckoutQuery.ok: expected Boolean, found 1"],
        );
        let long = json!([["س".repeat(100)]]);
        let found = format!("sendMessage.text: expected String, found [[\"{}…", "س".repeat(57));
        check("sendMessage", json!({"text": long}), &[&found]);
        let mut form = Params::from(json!({"user_id": "7", "only_if_banned": "True"}));
        assert_eq!(problems("unbanChatMember", &form), [""; 0]);
        form.set("user_id", json!("you"));
        assert_eq!(problems("unbanChatMember", &form).len(), 1);
    }

    #[test]
    fn keyboards_and_albums_are_read_through() {
        let markup = json!({"inline_keyboard": [[{"text": "x", "login_url": {}}]]});
        let expected = "Bale has no sendMessage.reply_markup.inline_keyboard[0][0].login_url; expected text, url, \
                        callback_data, web_app, copy_text, switch_inline_query, switch_inline_query_current_chat, pay";
        check("sendMessage", json!({"reply_markup": markup}), &[expected]);
        check("sendMessage", json!({"reply_markup": markup.to_string()}), &[expected]);
        check(
            "sendMessage",
            json!({"reply_markup": {"force_reply": true}}),
            &[
                "Bale has no sendMessage.reply_markup.force_reply: ask in the text; expected remove_keyboard, selective",
            ],
        );
        check(
            "sendMediaGroup",
            json!({"media": [{"type": "photo", "media": "x", "has_spoiler": true}, {"type": "dice"}]}),
            &[
                "Bale has no sendMediaGroup.media[0].has_spoiler: there are no spoilers; expected type, media, caption",
                "sendMediaGroup.media[1].type: expected photo, video, animation, audio or document, found \"dice\"",
            ],
        );
        check(
            "sendMediaGroup",
            json!({"media": "x"}),
            &["sendMediaGroup.media: expected InputMedia (a list), found \"x\""],
        );
    }
}
