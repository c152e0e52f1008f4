//! Updates as Bale sends them, as text.

/// A private message with a command, in full: nothing that a server sends is left out.
pub fn command_update(update_id: u64, chat_id: u64, text: &str) -> String {
    // Entities are counted in UTF-16 units; a command's name is ASCII here.
    let command = text.split(' ').next().map_or(0, str::len);
    format!(
        concat!(
            r#"{{"update_id":{update_id},"message":{{"message_id":{update_id},"#,
            r#""from":{{"id":{chat_id},"is_bot":false,"first_name":"کاربر {chat_id}","#,
            r#""last_name":"آزمایشی","username":"user_{chat_id}","language_code":"fa"}},"#,
            r#""date":1764000000,"#,
            r#""chat":{{"id":{chat_id},"type":"private","first_name":"کاربر {chat_id}","#,
            r#""last_name":"آزمایشی","username":"user_{chat_id}"}},"#,
            r#""text":"{text}","#,
            r#""entities":[{{"type":"bot_command","offset":0,"length":{command}}}]}}}}"#,
        ),
        update_id = update_id,
        chat_id = chat_id,
        text = text,
        command = command,
    )
}
