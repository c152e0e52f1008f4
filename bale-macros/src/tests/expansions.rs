//! One golden file for each shape of expansion; `UPDATE_EXPECT=1` writes them anew.

use expect_test::{ExpectFile, expect, expect_file};
use proc_macro2::{TokenStream, TokenTree};

use super::{expand, pretty};

#[track_caller]
fn check(attribute: &str, attr: &str, item: &str, expected: &ExpectFile) {
    expected.assert_eq(&pretty(expand(attribute, attr, item)));
}

#[test]
fn command() {
    check(
        "command",
        "",
        "/// Say hello.
        ///
        /// In Persian.
        async fn start() -> &'static str { \"سلام!\" }",
        &expect_file!["./expansions/command.rs"],
    );
}

#[test]
fn command_with_captures() {
    check(
        "command",
        r#""add {a} {b}""#,
        "async fn add(message: Message, mut b: i64, a: i64) -> Result { body }",
        &expect_file!["./expansions/command_captures.rs"],
    );
}

#[test]
fn command_with_optional_and_rest() {
    check(
        "command",
        r#""remind {at} {zone?} {text...}""#,
        "async fn remind(at: Time, zone: Option<Zone>, text: String) {}",
        &expect_file!["./expansions/command_optional_rest.rs"],
    );
}

#[test]
fn command_with_all_options() {
    check(
        "command",
        r#""ban {who}", alias = "kick", aliases = ["out", "اخراج"], chat = group | channel,
           priority = -3, hidden, lane = "none","#,
        "async fn ban(who: UserId, Args((a, b)): Args<(u8, u8)>) {}",
        &expect_file!["./expansions/command_options.rs"],
    );
}

#[test]
fn synchronous_command() {
    check(
        "command",
        "",
        "fn r#type() -> &'static str { \"A bot.\" }",
        &expect_file!["./expansions/command_sync.rs"],
    );
}

#[test]
fn message() {
    check(
        "on_message",
        "",
        "pub async fn echo(message: Message, Text(text): Text) -> Result<(), Error> { body }",
        &expect_file!["./expansions/message.rs"],
    );
}

#[test]
fn message_with_text() {
    check(
        "on_message",
        r#""راهنما""#,
        "async fn help() -> Option<String> { None }",
        &expect_file!["./expansions/message_text.rs"],
    );
}

#[test]
fn message_in_a_state() {
    check(
        "on_message",
        "state = shop::Order::Phone { name, number: old }, priority = 1",
        "async fn phone(name: String, old: &str, Text(text): Text) -> Goto<Order> { body }",
        &expect_file!["./expansions/message_state.rs"],
    );
}

#[test]
fn command_in_several_states() {
    check(
        "command",
        "state = Order::Name | Order::Phone",
        "async fn skip() -> Exit { Exit }",
        &expect_file!["./expansions/command_states.rs"],
    );
}

#[test]
fn dialogue() {
    let states =
        "#[dialogue(name = \"order\", key = user, ttl = \"2d\", version = 3, migrate = old::read)]
        enum Order { Name, Phone { name: String }, Sure(String, u64) }";
    let written = crate::states(states.parse().unwrap());
    expect_file!["./expansions/dialogue.rs"].assert_eq(&pretty(written));
}

#[test]
fn callback_with_data() {
    check(
        "on_callback",
        r#""buy:{item}:{qty}""#,
        "/// Buy.
        pub(crate) async fn buy(query: CallbackQuery, qty: u32, item: u64) -> Result { Ok(()) }",
        &expect_file!["./expansions/callback.rs"],
    );
}

#[test]
fn lowest_of_two_callback_patterns_writes_data() {
    check(
        "on_callback",
        r#""b:{item}""#,
        "#[bale::on_callback(\"buy:{item}\")] async fn buy(item: u64) {}",
        &expect_file!["./expansions/callback_second.rs"],
    );
}

#[test]
fn update() {
    check(
        "on_update",
        "",
        "async fn see(update: Update, State(db): State<Db>) {}",
        &expect_file!["./expansions/update.rs"],
    );
}

#[test]
fn start() {
    check(
        "on_start",
        "priority = 5",
        "async fn ready(bot: Bot) -> Result { Ok(()) }",
        &expect_file!["./expansions/start.rs"],
    );
}

#[test]
fn error() {
    check(
        "on_error",
        "",
        "async fn report(error: HandlerError) { eprintln!(\"{error}\") }",
        &expect_file!["./expansions/error.rs"],
    );
}

#[test]
fn conditions_hold_for_the_record() {
    check(
        "on_callback",
        r#""go""#,
        "#[cfg(feature = \"go\")]
        #[inline]
        #[cfg_attr(all(a, b), cfg(c), tracing::instrument, cfg_attr(d, cfg(e), inline))]
        #[cfg_attr(f, tracing::instrument)]
        async fn go() {}",
        &expect_file!["./expansions/conditions.rs"],
    );
}

#[test]
fn declared_lifetimes_are_left_to_the_compiler() {
    check(
        "command",
        "",
        "async fn start<'a>(message: &'a Message, name: &'static str, f: Borrowed<'_, for<'b> fn(&'b u8), (&'a u8,)>)
            -> Result<(), Error<'a>> {}",
        &expect_file!["./expansions/lifetimes.rs"],
    );
}

#[test]
fn opaque_result() {
    check(
        "command",
        "",
        "async fn start(bot: Bot) -> Result<impl IntoOutcome<command>, Error> {}",
        &expect_file!["./expansions/opaque.rs"],
    );
}

#[test]
fn renamed_crate() {
    check(
        "on_message",
        "crate = crate::reexported::b",
        "async fn echo(message: Message) {}",
        &expect_file!["./expansions/renamed.rs"],
    );
}

#[test]
fn main() {
    check("main", "", "async fn main() {}", &expect_file!["./expansions/main.rs"]);
}

#[test]
fn main_with_links() {
    check(
        "main",
        "link(my_handlers, plugins), crate = b",
        "/// Set-up.
        #[cfg(unix)]
        async fn main() -> bale::Result<App> { Ok(App::new()) }",
        &expect_file!["./expansions/main_links.rs"],
    );
}

/// The test stands inside a macro that only passes it on.
#[test]
fn test() {
    let written = expand(
        "test",
        "app = crate::app, crate = b",
        "/// A greeting.
        #[should_panic]
        async fn greets(bot: TestBot) -> Result<(), Error> { body }",
    );
    let written: Vec<_> = written.into_iter().collect();
    let (TokenTree::Group(test), passes_on) = written.split_last().unwrap() else {
        panic!("no braces at the end");
    };
    let passes_on: TokenStream = passes_on.iter().cloned().collect();
    assert_eq!(passes_on.to_string(), "b :: __private :: test !");
    expect_file!["./expansions/test.rs"].assert_eq(&pretty(test.stream()));
}

#[test]
fn mistakes_stand_beside_the_unchanged_function() {
    check(
        "command",
        "aliass = \"a\", foo",
        "#[inline] async fn start(bot: Bot) -> u8 { half }",
        &expect_file!["./expansions/mistake.rs"],
    );
}

#[test]
fn mistakes_of_main_stand_beside_a_main() {
    check("main", "", "async fn main(bot: Bot) {}", &expect_file!["./expansions/main_mistake.rs"]);
}

#[test]
fn message_with_filters() {
    check(
        "on_message",
        r#"photo, reply, from = 5 | "sara" | team::ADMINS, regex = r"\d", filter = team::is_member"#,
        "async fn see() {}",
        &expect_file!["./expansions/message_filters.rs"],
    );
}

#[test]
fn filter() {
    check(
        "filter",
        "",
        "pub async fn is_member(user: User, bot: &Bot) -> Result<bool> { body }",
        &expect_file!["./expansions/filter.rs"],
    );
}

#[test]
fn filter_of_filters() {
    check(
        "filter",
        "crate = b",
        "fn r#in() -> filter::Filter { body }",
        &expect_file!["./expansions/filter_composed.rs"],
    );
}

#[test]
fn state_of_parts() {
    let item = "struct Shop { a: Settings, b: std::sync::Arc<Db>, #[state(skip)] c: Instant, d: Arc<dyn Clock> }";
    let written = pretty(crate::parts(item.parse().unwrap()));
    expect_file!["./expansions/state.rs"].assert_eq(&written);
}

#[test]
fn every_kind_names_itself() {
    let kinds = [
        "command",
        "on_message",
        "on_edited_message",
        "on_callback",
        "on_pre_checkout",
        "on_payment",
        "on_member_join",
        "on_member_leave",
        "on_channel_post",
        "fallback",
        "on_update",
        "on_start",
        "on_stop",
        "on_error",
    ];
    let lines: String = kinds
        .iter()
        .map(|kind| {
            let written = pretty(expand(kind, "", "async fn hello(bot: Bot) {}"));
            let trigger = written.lines().find(|line| line.contains("trigger:")).unwrap().trim();
            let event = written.lines().find(|line| line.contains("event::")).unwrap().trim();
            format!("{kind}: {event} {trigger}\n")
        })
        .collect();
    expect![[r#"
        command: ::bale::event::command, trigger: ::bale::__private::Trigger::Command("hello"),
        on_message: ::bale::event::on_message, trigger: ::bale::__private::Trigger::Message(::core::option::Option::None),
        on_edited_message: ::bale::event::on_edited_message, trigger: ::bale::__private::Trigger::EditedMessage,
        on_callback: ::bale::event::on_callback, trigger: ::bale::__private::Trigger::Callback(::core::option::Option::None),
        on_pre_checkout: ::bale::event::on_pre_checkout, trigger: ::bale::__private::Trigger::PreCheckout,
        on_payment: ::bale::event::on_payment, trigger: ::bale::__private::Trigger::Payment,
        on_member_join: ::bale::event::on_member_join, trigger: ::bale::__private::Trigger::MemberJoin,
        on_member_leave: ::bale::event::on_member_leave, trigger: ::bale::__private::Trigger::MemberLeave,
        on_channel_post: ::bale::event::on_channel_post, trigger: ::bale::__private::Trigger::ChannelPost,
        fallback: ::bale::event::fallback, trigger: ::bale::__private::Trigger::Fallback,
        on_update: ::bale::event::on_update, trigger: ::bale::__private::Trigger::Update,
        on_start: ::bale::event::on_start, trigger: ::bale::__private::Trigger::Start,
        on_stop: ::bale::event::on_stop, trigger: ::bale::__private::Trigger::Stop,
        on_error: ::bale::event::on_error, trigger: ::bale::__private::Trigger::Error,
    "#]].assert_eq(&lines);
}

#[test]
fn middleware() {
    check(
        "middleware",
        r#"group = "admin", priority = 1"#,
        "async fn guard(cx: &Context, next: Next<'_>) -> Outcome { body }",
        &expect_file!["./expansions/middleware.rs"],
    );
}

#[test]
fn every() {
    check(
        "every",
        r#""1h 30m", overlap"#,
        "async fn refresh(bot: Bot, job: &Job) -> Result { body }",
        &expect_file!["./expansions/every.rs"],
    );
}

#[test]
fn cron() {
    check(
        "cron",
        r#""0 9 * * *", tz = "Asia/Tehran", catch_up = false"#,
        "async fn good_morning(bot: Bot) {}",
        &expect_file!["./expansions/cron.rs"],
    );
}

#[test]
fn job() {
    check(
        "job",
        "",
        "pub async fn remind(bot: Bot, Payload(it): bale::Payload<Reminder>) -> Result { body }",
        &expect_file!["./expansions/job.rs"],
    );
}

#[test]
fn job_without_payload() {
    check("job", r#""tidy-up""#, "async fn tidy() {}", &expect_file!["./expansions/job_name.rs"]);
}
