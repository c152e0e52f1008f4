//! What is wrong with a set of handlers, told before anything runs.

use bale::{App, CallbackQuery, HandlerError, Message, State, Text, app::RunError};
use expect_test::expect;

use super::run;

fn problems(app: &App) -> String {
    app.check().expect_err("something is wrong").to_string()
}

mod missing_state {
    use bale::State;

    pub(super) struct Pool;

    #[bale::command]
    async fn one(_: State<Pool>, _: State<Vec<u8>>) {}

    #[bale::on_update]
    async fn two(_: State<Pool>, _: Option<State<u16>>) {}

    #[bale::on_start]
    async fn three(_: State<String>) {}
}

#[tokio::test(start_paused = true)]
async fn missing_state_is_reported_for_all_handlers() {
    let app = || App::collect_module(concat!(module_path!(), "::missing_state"));
    expect![[r#"
        `one` (tests/it/routing/checks.rs:17) asks for `State<alloc::vec::Vec<u8>>`, which nobody gave: add `.state(..)` to the `App`
        `one` (tests/it/routing/checks.rs:17) asks for `State<it::routing::checks::missing_state::Pool>`, which nobody gave: add `.state(..)` to the `App`
        `two` (tests/it/routing/checks.rs:20) asks for `State<it::routing::checks::missing_state::Pool>`, which nobody gave: add `.state(..)` to the `App`
        `three` (tests/it/routing/checks.rs:23) asks for `State<alloc::string::String>`, which nobody gave: add `.state(..)` to the `App`"#]].assert_eq(&problems(&app()));
    let (error, emulator) = run(app().state(missing_state::Pool).state(String::new())).await;
    assert!(matches!(error, RunError::Handlers(_)), "{error:?}");
    expect![[r#"
        the bot cannot start:
        `one` (tests/it/routing/checks.rs:17) asks for `State<alloc::vec::Vec<u8>>`, which nobody gave: add `.state(..)` to the `App`"#]].assert_eq(&error.to_string());
    assert_eq!(emulator.calls(), [], "there was no network");
    let app = app().state(missing_state::Pool).state(String::new()).state(vec![0_u8]);
    assert_eq!(app.check(), Ok(()));
}

mod duplicates {
    #[bale::command]
    async fn start() {}

    #[bale::command("Start", alias = "begin")]
    async fn start_again() {}

    #[bale::command("شروع {n}", alias = "run")]
    async fn run(n: u8) {
        let _ = n;
    }

    #[bale::command("run {number}", alias = "begin")]
    async fn run_again(number: u8) {
        let _ = number;
    }

    #[bale::command("run {number...}")]
    async fn run_differently(number: Vec<u8>) {
        let _ = number;
    }

    #[bale::command("begin {number}")]
    async fn begin(number: u8) {
        let _ = number;
    }

    #[bale::on_message("کتاب يك")]
    async fn book() {}

    #[bale::on_message("كتاب‌ یک")]
    async fn book_again() {}

    #[bale::on_message("کتاب {n}")]
    async fn book_number(n: u8) {
        let _ = n;
    }

    #[bale::on_message("کتاب {title}")]
    async fn book_title(title: String) {
        let _ = title;
    }

    #[bale::on_callback("buy:{item}")]
    async fn buy(item: u8) {
        let _ = item;
    }

    #[bale::on_callback("buy:{thing}")]
    async fn buy_again(thing: u8) {
        let _ = thing;
    }

    #[bale::on_callback("{x}/{y}")]
    async fn fraction(x: u8, y: u8) {
        let _ = (x, y);
    }

    #[bale::on_callback("{a}/{b}")]
    async fn fraction_again(a: u8, b: u8) {
        let _ = (a, b);
    }
}

#[test]
fn duplicates_are_reported_with_both_places() {
    let app = App::collect_module(concat!(module_path!(), "::duplicates"));
    expect![[r#"
        `start` (tests/it/routing/checks.rs:46) and `start_again` (tests/it/routing/checks.rs:49) both handle the command `/start`: rename one, or say by `priority` which goes first
        `run` (tests/it/routing/checks.rs:52) and `run_again` (tests/it/routing/checks.rs:57) both handle the command `/run <number>`: rename one, or say by `priority` which goes first
        `run_again` (tests/it/routing/checks.rs:57) and `begin` (tests/it/routing/checks.rs:67) both handle the command `/begin <number>`: rename one, or say by `priority` which goes first
        `book` (tests/it/routing/checks.rs:72) and `book_again` (tests/it/routing/checks.rs:75) both handle the text `كتاب‌ یک`: rename one, or say by `priority` which goes first
        `book_number` (tests/it/routing/checks.rs:78) and `book_title` (tests/it/routing/checks.rs:83) both handle the text `کتاب {title}`: rename one, or say by `priority` which goes first
        `buy` (tests/it/routing/checks.rs:88) and `buy_again` (tests/it/routing/checks.rs:93) both handle the button data `buy:{thing}`: rename one, or say by `priority` which goes first
        `fraction` (tests/it/routing/checks.rs:98) and `fraction_again` (tests/it/routing/checks.rs:103) both handle the button data `{a}/{b}`: rename one, or say by `priority` which goes first"#]].assert_eq(&problems(&app));
}

mod no_duplicates {
    #[bale::command(chat = private)]
    async fn start() {}

    #[bale::command("start", chat = group)]
    async fn start_in_groups() {}

    #[bale::command("go", priority = 1)]
    async fn go() -> bale::Pass {
        bale::Pass
    }

    #[bale::command("go")]
    async fn go_on() {}

    #[bale::on_message]
    async fn first(_: bale::Text) {}

    #[bale::on_message]
    async fn second(_: bale::Photo) {}

    #[bale::on_message(chat = group)]
    async fn third() {}

    #[bale::on_message]
    async fn fourth() {}

    #[bale::on_callback]
    async fn button() {}

    #[bale::on_error]
    async fn of_messages(_: bale::Message) {}

    #[bale::on_error]
    async fn of_anything() {}
}

#[test]
fn what_chats_priorities_and_parameters_tell_apart_is_no_duplicate() {
    let app = App::collect_module(concat!(module_path!(), "::no_duplicates"));
    assert_eq!(app.check(), Ok(()));
}

mod shadowed {
    use bale::{Message, Text};

    #[bale::on_message]
    async fn all(_: Message) {}

    #[bale::on_message]
    async fn texts(_: Text) {}

    #[bale::on_message(chat = group)]
    async fn groups(_: Text) {}

    #[bale::on_edited_message]
    async fn edited(_: Option<Text>) {}

    #[bale::on_edited_message]
    async fn edited_too() {}

    #[bale::on_callback]
    async fn buttons() {}

    #[bale::on_callback]
    async fn buttons_too() {}

    #[bale::command(priority = 1)]
    async fn start() {}

    #[bale::command("start")]
    async fn start_again() {}

    #[bale::command("start", alias = "begin", priority = -1)]
    async fn reached_by_its_alias() {}

    #[bale::on_error]
    async fn errors() {}

    #[bale::on_error]
    async fn errors_too() {}
}

#[test]
fn a_handler_that_can_never_run_is_reported() {
    let app = App::collect_module(concat!(module_path!(), "::shadowed"));
    expect![[r#"
        `texts` (tests/it/routing/checks.rs:171) can never run: `all` (tests/it/routing/checks.rs:168) comes first and takes everything it could get; remove one, or give `texts` a higher `priority`
        `groups` (tests/it/routing/checks.rs:174) can never run: `all` (tests/it/routing/checks.rs:168) comes first and takes everything it could get; remove one, or give `groups` a higher `priority`
        `edited_too` (tests/it/routing/checks.rs:180) can never run: `edited` (tests/it/routing/checks.rs:177) comes first and takes everything it could get; remove one, or give `edited_too` a higher `priority`
        `buttons_too` (tests/it/routing/checks.rs:186) can never run: `buttons` (tests/it/routing/checks.rs:183) comes first and takes everything it could get; remove one, or give `buttons_too` a higher `priority`
        `start_again` (tests/it/routing/checks.rs:192) can never run: `start` (tests/it/routing/checks.rs:189) comes first and takes everything it could get; remove one, or give `start_again` a higher `priority`
        `errors_too` (tests/it/routing/checks.rs:201) can never run: `errors` (tests/it/routing/checks.rs:198) comes first and takes everything it could get; remove one, or give `errors_too` a higher `priority`"#]].assert_eq(&problems(&app));
}

#[test]
fn patterns_given_at_run_time_are_read_at_the_start() {
    let app = App::new()
        .command("", async || "")
        .command("/start", async || "")
        .command("add {a} {a}", async || "")
        .command("add {a", async || "")
        .command("add {a...} {b}", async || "")
        .on_text("", async || "")
        .on_text("{a}{b}", async || "")
        .on_callback("buy:{a?}", async || "")
        .on_callback("", async || "")
        .on_message(async |_: State<u8>| "");
    expect![[r#"
        `closure` (tests/it/routing/checks.rs:220): the pattern cannot be read: the pattern is empty: a command begins with its name, like `start`
        `closure` (tests/it/routing/checks.rs:221): the pattern cannot be read: `/start` begins with a slash: write the name without it
        `closure` (tests/it/routing/checks.rs:222): the pattern cannot be read: two captures have the name `a`
        `closure` (tests/it/routing/checks.rs:223): the pattern cannot be read: `{a` is not closed: end it with `}`, or write `{{` for a brace
        `closure` (tests/it/routing/checks.rs:224): the pattern cannot be read: `{b}` cannot follow `{a...}`: a rest takes everything to the end
        `closure` (tests/it/routing/checks.rs:225): the pattern cannot be read: the pattern is empty: write the text to wait for
        `closure` (tests/it/routing/checks.rs:226): the pattern cannot be read: `{b}` must stand alone: put a space before it
        `closure` (tests/it/routing/checks.rs:227): the pattern cannot be read: `{a?}` cannot be optional: callback data has only captures like `{a}`
        `closure` (tests/it/routing/checks.rs:228): the pattern cannot be read: the pattern is empty: write the data, like `buy:{item}`
        `closure` (tests/it/routing/checks.rs:229) asks for `State<u8>`, which nobody gave: add `.state(..)` to the `App`"#]].assert_eq(&problems(&app));
}

#[test]
fn closures_are_compared_too() {
    let app = App::new()
        .command("start", async || "")
        .command("start", async |_: Message| "")
        .on_message(async |_: Message| "")
        .on_message(async |Text(_): Text| "")
        .on_any_callback(async || "")
        .on_any_callback(async |_: CallbackQuery| "")
        .on_error(async |_: HandlerError| "")
        .on_error(async || "");
    expect![[r#"
        `closure` (tests/it/routing/checks.rs:246) and `closure` (tests/it/routing/checks.rs:247) both handle the command `/start`: rename one, or say by `priority` which goes first
        `closure` (tests/it/routing/checks.rs:249) can never run: `closure` (tests/it/routing/checks.rs:248) comes first and takes everything it could get; remove one, or give `closure` a higher `priority`
        `closure` (tests/it/routing/checks.rs:251) can never run: `closure` (tests/it/routing/checks.rs:250) comes first and takes everything it could get; remove one, or give `closure` a higher `priority`
        `closure` (tests/it/routing/checks.rs:253) can never run: `closure` (tests/it/routing/checks.rs:252) comes first and takes everything it could get; remove one, or give `closure` a higher `priority`"#]].assert_eq(&problems(&app));
}

#[test]
fn a_bot_has_handlers() {
    expect!["no handler is registered: annotate a function with `#[bale::command]` or `#[bale::on_message]`; handlers in another crate (also in this package's src/lib.rs) are only linked if this program names it: `#[bale::main(link(that_crate))]`"].assert_eq(&problems(&App::new()));
}
