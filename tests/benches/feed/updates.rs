//! Updates as Bale sends them, as text: nothing that a server sends is left out.

/// A private message with a command.
pub fn command_update(update_id: u64, chat_id: u64, text: &str) -> String {
    // Entities are counted in UTF-16 units; a command's name is ASCII here.
    let command = text.split(' ').next().map_or(0, str::len);
    let entities =
        format!(r#","entities":[{{"type":"bot_command","offset":0,"length":{command}}}]"#);
    message_update(update_id, chat_id, text, &entities)
}

/// A private message with a text.
#[allow(dead_code, reason = "only one of the benchmarks has texts")]
pub fn text_update(update_id: u64, chat_id: u64, text: &str) -> String {
    message_update(update_id, chat_id, text, "")
}

/// A press on a button of a message.
#[allow(dead_code, reason = "only one of the benchmarks has buttons")]
pub fn press_update(update_id: u64, chat_id: u64, data: &str) -> String {
    let message = message(update_id, chat_id, "choose", "");
    let from = user(chat_id);
    format!(
        r#"{{"update_id":{update_id},"callback_query":{{"id":"{update_id}","from":{from},"message":{message},"data":"{data}"}}}}"#
    )
}

fn message_update(update_id: u64, chat_id: u64, text: &str, more: &str) -> String {
    let message = message(update_id, chat_id, text, more);
    format!(r#"{{"update_id":{update_id},"message":{message}}}"#)
}

fn message(message_id: u64, chat_id: u64, text: &str, more: &str) -> String {
    let from = user(chat_id);
    format!(
        concat!(
            r#"{{"message_id":{message_id},"from":{from},"date":1764000000,"#,
            r#""chat":{{"id":{chat_id},"type":"private","first_name":"کاربر {chat_id}","#,
            r#""last_name":"آزمایشی","username":"user_{chat_id}"}},"text":"{text}"{more}}}"#,
        ),
        message_id = message_id,
        from = from,
        chat_id = chat_id,
        text = text,
        more = more,
    )
}

fn user(id: u64) -> String {
    format!(
        concat!(
            r#"{{"id":{id},"is_bot":false,"first_name":"کاربر {id}","#,
            r#""last_name":"آزمایشی","username":"user_{id}","language_code":"fa"}}"#,
        ),
        id = id,
    )
}
