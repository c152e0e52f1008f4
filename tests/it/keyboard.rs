//! Conversations by buttons: what is sent, and what a press on it does, before and after a restart.

mod confirm;
mod menu;
mod pages;
mod reply;

use crate::rig::Rig;

impl Rig {
    /// Person 1 presses a button of the bot's message; gives the calls that follow.
    async fn press(&self, message_id: i64, data: &str) -> String {
        self.emulator.callback(1, 1, message_id, data).expect("a message with buttons");
        self.transcript().await
    }

    /// The text of a message in the chat with person 1, and the labels and data of its buttons.
    fn shows(&self, message_id: i64) -> String {
        let messages = self.emulator.messages(1);
        let message = messages.iter().find(|it| it["message_id"] == message_id).expect("a message");
        let text = message["text"].as_str().or(message["caption"].as_str()).unwrap_or_default();
        let mut lines = vec![text.to_owned()];
        for row in message["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten() {
            let buttons = row.as_array().expect("a row").iter().map(|button| {
                let part = |name: &str| button[name].as_str().unwrap_or_default().to_owned();
                format!("[{} = {}]", part("text"), part("callback_data"))
            });
            lines.push(buttons.collect::<Vec<_>>().join(" "));
        }
        lines.join("\n")
    }
}
