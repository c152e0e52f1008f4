//! People who come and leave, and what a channel posts.

use bale::{
    App, MemberJoin, MemberLeave, Message,
    emulator::{ChatType, Emulator, NewMessage},
};
use expect_test::expect;

use crate::rig::Rig;

mod doorman {
    use bale::{Chat, MemberJoin, MemberLeave, Message, User};

    #[bale::on_member_join]
    async fn joined(join: MemberJoin, by: User, chat: Chat) -> String {
        let users: Vec<_> = join.users().map(|user| user.id).collect();
        let added_by = join.added_by().map(|user| user.id);
        assert_eq!((join.chat().id, join.message().chat.id), (chat.id, chat.id));
        format!("{users:?} joined, added by {added_by:?}, told by {}", by.id)
    }

    #[bale::on_member_leave(chat = group)]
    async fn left(leave: MemberLeave, message: &Message) -> String {
        let removed_by = leave.removed_by().map(|user| user.id);
        assert_eq!(
            (leave.chat().id, leave.message().message_id),
            (message.chat.id, message.message_id)
        );
        format!("{} left, removed by {removed_by:?}", leave.user().id)
    }

    #[bale::on_message]
    async fn rest(message: Message) -> String {
        format!("message {}", message.message_id)
    }
}

#[tokio::test(start_paused = true)]
async fn joins_and_leaves_say_who_and_by_whom() {
    let rig = Rig::start(App::collect_module(concat!(module_path!(), "::doorman")));
    let group = 5;
    rig.emulator.join(group, 123_456).unwrap();
    rig.emulator.join(group, 1).unwrap();
    rig.emulator.leave(group, 1).unwrap();
    let users =
        r#"[{"id":2,"is_bot":false,"first_name":"B"},{"id":3,"is_bot":false,"first_name":"C"}]"#;
    let told = |update: i64, author: i64, what: &str| {
        rig.emulator.raw_update(format!(
            r#"{{"update_id":{update},"message":{{"message_id":{update},"date":0,"chat":{{"id":5,"type":"group"}},
                "from":{{"id":{author},"is_bot":false,"first_name":"A"}},{what}}}}}"#
        ));
    };
    told(3, 9, &format!(r#""new_chat_members":{users}"#));
    told(4, 9, r#""left_chat_member":{"id":2,"is_bot":false,"first_name":"B"}"#);
    told(5, 9, r#""new_chat_members":[]"#);
    expect![[r#"
        sendMessage {"chat_id":5,"reply_to_message_id":1,"text":"[123456] joined, added by None, told by 123456"}
        sendMessage {"chat_id":5,"reply_to_message_id":2,"text":"[1] joined, added by None, told by 1"}
        sendMessage {"chat_id":5,"reply_to_message_id":3,"text":"1 left, removed by None"}
        sendMessage {"chat_id":5,"reply_to_message_id":3,"text":"[2, 3] joined, added by Some(9), told by 9"}
        sendMessage {"chat_id":5,"reply_to_message_id":4,"text":"2 left, removed by Some(9)"}
        sendMessage {"chat_id":5,"reply_to_message_id":5,"text":"message 5"}
    "#]].assert_eq(&rig.transcript().await);
}

/// A `/start` in a channel is a command all the same, as it was before there was `on_channel_post`.
#[tokio::test(start_paused = true)]
async fn posts_of_channels_are_told_apart_from_messages() {
    for channel_post_updates in [false, true] {
        let emulator = Emulator::new("123456:TEST");
        let mut quirks = emulator.quirks();
        quirks.channel_post_updates = channel_post_updates;
        emulator.set_quirks(quirks);
        emulator.add_chat(9, ChatType::Channel).unwrap();
        let app = App::new()
            .command("start", async || "a command")
            .on_channel_post(async |post: Message| format!("post {}", post.message_id))
            .on_message(async |message: Message| format!("message {}", message.message_id))
            .fallback(async || "never asked about a post");
        let rig = Rig::against(emulator, app);
        for (chat, text) in [(9, "hello"), (9, "/start"), (1, "hello")] {
            rig.emulator.push_message(NewMessage::new(chat, 1, text)).unwrap();
        }
        expect![[r#"
            sendMessage {"chat_id":9,"reply_to_message_id":1,"text":"post 1"}
            sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"message 1"}
            sendMessage {"chat_id":9,"reply_to_message_id":2,"text":"a command"}
        "#]]
        .assert_eq(&rig.transcript().await);
    }
}

#[tokio::test(start_paused = true)]
async fn without_their_own_handlers_they_are_messages() {
    let app = App::new()
        .on_member_join(async |_: MemberJoin| bale::Pass)
        .on_member_leave(async |_: MemberLeave| bale::Pass)
        .on_message(async |message: Message| format!("message {}", message.message_id));
    let rig = Rig::start(app);
    rig.emulator.join(5, 123_456).unwrap();
    rig.emulator.join(5, 1).unwrap();
    rig.emulator.leave(5, 1).unwrap();
    expect![[r#"
        sendMessage {"chat_id":5,"reply_to_message_id":1,"text":"message 1"}
        sendMessage {"chat_id":5,"reply_to_message_id":2,"text":"message 2"}
        sendMessage {"chat_id":5,"reply_to_message_id":3,"text":"message 3"}
    "#]]
    .assert_eq(&rig.transcript().await);
}
