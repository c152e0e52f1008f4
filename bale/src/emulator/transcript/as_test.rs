//! A conversation as a test of the test kit, in Rust.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::Value;

use super::{
    Line, integer,
    names::{Names, literal},
    nested,
};
use crate::emulator::{
    Emulator, MediaKind, NewMedia, ReceivedCall,
    control::{Act, Press},
    core::Core,
    state::{ChatType, Content},
};

impl Emulator {
    /// The conversation since the start or the last [`reset`](Self::reset) as a `#[bale::test]`: what people did,
    /// and after it what the bot did, as expectations. It passes with the bot that was talked to, if that does the
    /// same again. What the test kit has no words for is a comment.
    pub fn transcript_as_test(&self) -> String {
        Writer::new(&self.core()).write()
    }
}

/// The buttons of a message, a row a list: what stands on each, and what it sends.
struct Keyboard {
    rows: Vec<Vec<(String, Option<String>)>>,
    is_inline: bool,
}

struct Writer<'c> {
    core: &'c Core,
    names: Names,
    code: String,
    /// Groups that were made, by their variable.
    groups: BTreeMap<i64, String>,
    /// Buttons of the bot's messages, by chat and message.
    keyboards: BTreeMap<(i64, i64), Keyboard>,
    /// Who pressed: by the id of the query.
    presses: BTreeMap<String, (i64, i64)>,
    /// Chats whose last keyboard is new.
    fresh: BTreeSet<i64>,
    edited: BTreeSet<(i64, i64)>,
    /// How many stories of failed handlers were written.
    told: usize,
}

impl<'c> Writer<'c> {
    fn new(core: &'c Core) -> Self {
        let edited = core.deeds.iter().filter_map(|deed| match &deed.act {
            Act::Edit(edit) => Some((edit.chat_id, edit.message_id)),
            _ => None,
        });
        Self {
            core,
            names: Names::default(),
            code: String::new(),
            groups: BTreeMap::new(),
            keyboards: BTreeMap::new(),
            presses: BTreeMap::new(),
            fresh: BTreeSet::new(),
            edited: edited.collect(),
            told: 0,
        }
    }

    fn write(mut self) -> String {
        for line in self.core.lines() {
            match line {
                Line::Deed(deed) => {
                    self.keyboards();
                    self.failures(deed.updates.start);
                    self.deed(&deed.act, deed.updates.clone());
                }
                Line::Call(call) => self.call(&call),
            }
        }
        self.keyboards();
        self.failures(i64::MAX);
        format!(
            "// Saved from the playground. It needs the feature `testing` of bale. If your `main` gives an `App`, name\n\
             // the function that makes it: `#[bale::test(app = app)]`.\n\
             #[bale::test]\n\
             async fn a_saved_conversation(bot: bale::testing::TestBot) {{\n{}}}\n",
            self.code
        )
    }

    fn line(&mut self, line: impl AsRef<str>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.code, "    {}", line.as_ref());
    }

    /// The variable of a person in a chat, which is made on the way.
    fn person(&mut self, chat_id: i64, user_id: i64) -> String {
        if let Some(known) = self.names.get((chat_id, user_id)) {
            return known.to_owned();
        }
        if chat_id != user_id {
            let alone = self.person(user_id, user_id);
            let group = self.group(chat_id, &alone);
            let name = self.names.give((chat_id, user_id), &format!("{alone}_in_{group}"));
            self.line(format!("let {name} = {alone}.in_chat(&{group});"));
            return name;
        }
        let first_name = self.core.world.user(user_id).map_or("", |user| &user.first_name);
        let name = self.names.give((user_id, user_id), first_name);
        self.line(format!("let {name} = bot.user({});", literal(first_name)));
        name
    }

    /// The variable of a group. Who speaks first is a member; others are when they speak, as in the emulator.
    fn group(&mut self, chat_id: i64, first: &str) -> String {
        if let Some(known) = self.groups.get(&chat_id) {
            return known.clone();
        }
        let title = self.core.world.chat_by_id(chat_id).and_then(|chat| chat.title.clone());
        let title = title.unwrap_or_default();
        let name = self.names.give((chat_id, 0), &title);
        self.line(format!("let {name} = bot.group({}, [&{first}]);", literal(&title)));
        self.groups.insert(chat_id, name.clone());
        name
    }

    fn deed(&mut self, act: &Act, updates: std::ops::Range<i64>) {
        if self.is_channel(act) {
            return self.unwritten(act);
        }
        match act {
            // Who has a name is met where they do something.
            Act::User(_) => {}
            Act::Chat(chat) if chat.chat_type != ChatType::Private => {}
            Act::Message(it) if it.reply_to_message_id.is_none() => {
                let who = self.person(it.chat_id, it.user_id);
                let sent = self.edited.iter().find(|(chat, id)| {
                    *chat == it.chat_id && self.message_of(updates.start) == Some(*id)
                });
                let keep = sent.map_or_else(String::new, |(_, id)| format!("let message{id} = "));
                self.line(format!("{keep}{who}.send({}).await;", literal(&it.text)));
            }
            Act::Edit(it) if self.edits_text(it.chat_id, it.message_id) => {
                let who = self.person(it.chat_id, it.user_id);
                let text = literal(&it.text);
                self.line(format!("{who}.edit(message{}, {text}).await;", it.message_id));
            }
            Act::Block(it) => {
                let who = self.person(it.user_id, it.user_id);
                let blocked = it.blocked.unwrap_or(true);
                self.line(format!(
                    "bot.act(|emulator| emulator.block({who}.id(), {blocked})).await;"
                ));
            }
            Act::Press(it) => self.press(it, updates.start),
            Act::ReplyButton(it) => {
                let who = self.person(it.chat_id, it.user_id);
                self.line(format!("{who}.tap({}).await;", literal(&it.text)));
            }
            Act::Message(it) => {
                let who = self.person(it.chat_id, it.user_id);
                let (text, to) = (literal(&it.text), it.reply_to_message_id.unwrap_or_default());
                self.line(format!("{who}.reply_to({to}, {text}).await;"));
            }
            Act::Media(it) => self.media(it),
            Act::Contact(it) if it.first_name.is_none() => {
                let who = self.person(it.chat_id, it.user_id);
                self.line(format!("{who}.send_contact({}).await;", literal(&it.phone_number)));
            }
            Act::Location(it) => {
                let who = self.person(it.chat_id, it.user_id);
                let place = format!("{:?}, {:?}", it.latitude, it.longitude);
                self.line(format!("{who}.send_location({place}).await;"));
            }
            Act::WebAppData(it) => {
                let who = self.person(it.chat_id, it.user_id);
                self.line(format!("{who}.send_web_app_data({}).await;", literal(&it.data)));
            }
            Act::Join(it) if it.chat_id.is_some() && it.by.is_none() => {
                let chat_id = it.chat_id.unwrap_or_default();
                self.empty_group(chat_id);
                let who = self.person(chat_id, it.user_id);
                self.line(format!("{who}.join().await;"));
            }
            Act::Leave(it) => {
                let who = self.person(it.chat_id, it.user_id);
                self.line(format!("{who}.leave().await;"));
            }
            Act::Pay(it) if it.chat_id.is_some() && !it.slow => {
                let who = self.person(it.chat_id.unwrap_or_default(), it.user_id);
                self.line(format!("{who}.pay().await;"));
            }
            Act::RefusePayment(it) => {
                let id = literal(&it.pre_checkout_query_id);
                self.line(format!("bot.act(|emulator| emulator.refuse_payment({id})).await;"));
            }
            _ => self.unwritten(act),
        }
    }

    /// A group that nobody spoke in before somebody joins.
    fn empty_group(&mut self, chat_id: i64) {
        if !self.groups.contains_key(&chat_id) {
            let title = self.core.world.chat_by_id(chat_id).and_then(|chat| chat.title.clone());
            let title = title.unwrap_or_default();
            let name = self.names.give((chat_id, 0), &title);
            self.line(format!("let {name} = bot.group({}, []);", literal(&title)));
            self.groups.insert(chat_id, name);
        }
    }

    fn unwritten(&mut self, act: &Act) {
        self.line(format!("// The kit has no words for: {} {}", act.name(), act.body()));
    }

    fn is_channel(&self, act: &Act) -> bool {
        let chat_id = integer(&act.body()["chat_id"]);
        let chat = chat_id.and_then(|chat_id| self.core.world.chat_by_id(chat_id));
        chat.is_some_and(|chat| chat.kind == ChatType::Channel)
    }

    /// Whether the message was a text from the start: of others the test keeps no id.
    fn edits_text(&self, chat_id: i64, message_id: i64) -> bool {
        let chat = self.core.world.chat_by_id(chat_id);
        let message = chat.and_then(|chat| chat.messages.get(&message_id));
        message.is_none_or(|message| matches!(message.content, Content::Text(_)))
    }

    /// The message of an update.
    fn message_of(&self, update_id: i64) -> Option<i64> {
        self.update(update_id)?["message"]["message_id"].as_i64()
    }

    fn update(&self, update_id: i64) -> Option<Value> {
        serde_json::from_slice(self.core.queue.remembered(update_id)?).ok()
    }

    fn press(&mut self, press: &Press, update_id: i64) {
        let Press { chat_id, user_id, message_id, data, .. } = press;
        let query = self.update(update_id).map(|update| update["callback_query"]["id"].clone());
        if let Some(Value::String(query)) = query {
            self.presses.insert(query, (*chat_id, *user_id));
        }
        let who = self.person(*chat_id, *user_id);
        let newest = self.newest(*chat_id, |keyboard| keyboard.is_inline);
        let Some((_, keyboard)) = newest.filter(|(id, _)| id == message_id) else {
            let data = literal(data);
            return self.line(format!("{who}.press_on({message_id}, {data}).await;"));
        };
        // The kit finds a button by its text, and then by its data.
        let all = || keyboard.rows.iter().flatten();
        let text = all().find(|(_, sends)| sends.as_ref() == Some(data)).map(|(text, _)| text);
        let is_first = |text: &&String| {
            all().find(|(other, _)| other == *text).is_some_and(|(_, it)| it.as_ref() == Some(data))
        };
        let name = literal(text.filter(is_first).unwrap_or(data));
        self.line(format!("{who}.press({name}).await;"));
    }

    fn media(&mut self, media: &NewMedia) {
        let who = self.person(media.chat_id, media.user_id);
        let kind = match media.kind {
            MediaKind::Photo => "Photo",
            MediaKind::Audio => "Audio",
            MediaKind::Document => "Document",
            MediaKind::Video => "Video",
            MediaKind::Animation => "Animation",
            MediaKind::Voice => "Voice",
            MediaKind::Sticker => "Sticker",
        };
        let mut more = String::new();
        let texts = [
            ("file_name", &media.file_name),
            ("mime_type", &media.mime_type),
            ("caption", &media.caption),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                let _ = write!(more, ".{name}({})", literal(text));
            }
        }
        if let Some(to) = media.reply_to_message_id {
            let _ = write!(more, ".reply_to({to})");
        }
        if let Some(duration) = media.duration {
            let _ = write!(more, ".duration({duration})");
        }
        self.line(format!("let file = b\"{}\";", media.bytes.escape_ascii()));
        self.line(format!(
            "{who}.send_media(bale::emulator::MediaKind::{kind}, &file[..], |it| it{more}).await;"
        ));
    }

    fn call(&mut self, call: &ReceivedCall) {
        let method = call.method.as_str();
        let reads = method == "deleteWebhook"
            || ["get", "inquire"].iter().any(|reads| method.starts_with(reads));
        if reads || call.faulted {
            return;
        }
        let params = &call.params;
        let result =
            call.reply.as_ref().filter(|reply| reply["ok"] == true).map(|it| &it["result"]);
        let Some(result) = result else { return self.expect_call(method) };
        let chat_id = integer(&params["chat_id"]);
        match method {
            "answerCallbackQuery" => self.answer(params),
            "editMessageText" | "editMessageCaption" | "editMessageReplyMarkup" => {
                let Some(chat_id) = chat_id else { return self.expect_call(method) };
                let text = params["text"].as_str().or(params["caption"].as_str()).unwrap_or("");
                let Some(who) = self.reader(chat_id) else { return self.expect_call(method) };
                self.line(format!("{who}.expect_edit({}).await;", literal(text)));
                if let Some(id) = integer(&params["message_id"]) {
                    self.keyboard(chat_id, id, &nested(&params["reply_markup"]));
                }
            }
            _ if ["send", "forward", "copy"].iter().any(|way| method.starts_with(way)) => {
                let all = result.as_array().map_or(std::slice::from_ref(result), Vec::as_slice);
                let sent: Vec<_> = all.iter().filter_map(|it| self.sent(it, chat_id)).collect();
                if sent.is_empty() {
                    return self.expect_call(method);
                }
                for message in sent {
                    self.message(&message, method, &nested(&params["reply_markup"]));
                }
            }
            _ => {
                if method == "deleteMessage" {
                    let id = integer(&params["message_id"]);
                    self.keyboards.remove(&(chat_id.unwrap_or_default(), id.unwrap_or_default()));
                }
                self.expect_call(method);
            }
        }
    }

    /// The message that a method answered with, or whose id it did.
    fn sent(&self, result: &Value, chat_id: Option<i64>) -> Option<Value> {
        let id = result["message_id"].as_i64()?;
        if result.get("chat").is_some() {
            return Some(result.clone());
        }
        self.core.messages(chat_id?).into_iter().find(|message| message["message_id"] == id)
    }

    fn message(&mut self, message: &Value, method: &str, markup: &Value) {
        let chat_id = message["chat"]["id"].as_i64().unwrap_or_default();
        let Some(who) = self.reader(chat_id) else { return self.expect_call(method) };
        match message["text"].as_str().or(message["caption"].as_str()) {
            Some(text) => self.line(format!("{who}.expect_text({}).await;", literal(text))),
            None => {
                let kinds = [
                    "animation",
                    "photo",
                    "video",
                    "audio",
                    "voice",
                    "sticker",
                    "document",
                    "contact",
                    "location",
                    "invoice",
                ];
                let kind = kinds.iter().find(|kind| message.get(**kind).is_some());
                let fits = kind
                    .map_or_else(|| "true".to_owned(), |kind| format!("message.{kind}.is_some()"));
                self.line(format!("{who}.expect_matching(|message| {fits}).await;"));
            }
        }
        let id = message["message_id"].as_i64().unwrap_or_default();
        self.keyboard(chat_id, id, markup);
    }

    /// Somebody who reads what the bot writes there; nobody in a chat in which nobody did anything.
    fn reader(&mut self, chat_id: i64) -> Option<String> {
        let chat = self.core.world.chat_by_id(chat_id)?;
        match chat.kind {
            ChatType::Private => Some(self.person(chat_id, chat_id)),
            ChatType::Group => {
                let bot = self.core.bot().id;
                let member = chat.present().map(|(id, _)| id).find(|id| *id != bot)?;
                Some(self.person(chat_id, member))
            }
            ChatType::Channel => None,
        }
    }

    fn answer(&mut self, params: &Value) {
        let text = params["text"].as_str().unwrap_or("");
        let query = params["callback_query_id"].as_str().unwrap_or("");
        if text.is_empty() {
            return;
        }
        let Some((chat_id, user_id)) = self.presses.get(query).copied() else {
            return self.expect_call("answerCallbackQuery");
        };
        let who = self.person(chat_id, user_id);
        let is_alert = params["show_alert"] == true || params["show_alert"] == "true";
        let form = if is_alert { "alert" } else { "toast" };
        self.line(format!("{who}.expect_{form}({}).await;", literal(text)));
    }

    fn expect_call(&mut self, method: &str) {
        self.line(format!("bot.expect_call({}).await;", literal(method)));
    }

    /// Remembers the buttons below a message; none take them away.
    fn keyboard(&mut self, chat_id: i64, message_id: i64, markup: &Value) {
        let key = (chat_id, message_id);
        let rows = markup["inline_keyboard"].as_array().or(markup["keyboard"].as_array());
        let Some(rows) = rows else {
            self.keyboards.remove(&key);
            return;
        };
        let button = |it: &Value| {
            let text = it["text"].as_str().or(it.as_str()).unwrap_or("").to_owned();
            (text, it["callback_data"].as_str().map(str::to_owned))
        };
        let row = |row: &Value| row.as_array().into_iter().flatten().map(button).collect();
        let is_inline = markup.get("inline_keyboard").is_some();
        let rows = rows.iter().map(row).collect();
        self.keyboards.insert(key, Keyboard { rows, is_inline });
        self.fresh.insert(chat_id);
    }

    /// Expects the keyboards that stand in the chats at this moment, where they are new.
    fn keyboards(&mut self) {
        for chat_id in std::mem::take(&mut self.fresh) {
            let Some((_, keyboard)) = self.newest(chat_id, |_| true) else { continue };
            let row = |row: &Vec<(String, Option<String>)>| {
                let texts: Vec<_> = row.iter().map(|(text, _)| literal(text)).collect();
                format!("&[{}]", texts.join(", "))
            };
            let rows = keyboard.rows.iter().map(row).collect::<Vec<_>>().join(", ");
            if let Some(who) = self.reader(chat_id) {
                self.line(format!("{who}.expect_buttons(&[{rows}]).await;"));
            }
        }
    }

    /// Expects what handlers of the updates before this one failed with.
    fn failures(&mut self, before: i64) {
        let (_, stories) = self.core.stories.since(0);
        let failed = stories.filter(|story| {
            story.get("failed").is_some()
                && story["update_id"].as_i64().is_some_and(|id| id < before)
        });
        let count = failed.count();
        for _ in self.told..count {
            self.line("bot.expect_error(|_| true).await;");
        }
        self.told = self.told.max(count);
    }

    /// The last message of a chat with a keyboard like this.
    fn newest(&self, chat_id: i64, like: impl Fn(&Keyboard) -> bool) -> Option<(i64, &Keyboard)> {
        let shown = self.keyboards.range((chat_id, i64::MIN)..=(chat_id, i64::MAX));
        let newest = shown.rev().find(|(_, keyboard)| like(keyboard));
        newest.map(|((_, id), keyboard)| (*id, keyboard))
    }
}
