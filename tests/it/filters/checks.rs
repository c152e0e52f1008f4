//! What is wrong with filters, told before anything runs.

use bale::{App, app::on, filter};
use expect_test::expect;

mod wrong {
    use bale::{State, filter::Filter};

    #[bale::filter]
    fn is_open(_: State<u8>, _: Option<State<u16>>) -> bool {
        true
    }

    #[bale::filter]
    fn is_shut() -> Filter {
        is_open::filter().not()
    }

    #[bale::on_message(regex = "(")]
    async fn unclosed() {}

    #[bale::on_callback(regex = r"\p{Nothing}", filter = is_open)]
    async fn unknown() {}

    #[bale::on_message(regex = "fine", filter = is_shut)]
    async fn fine() {}
}

#[test]
fn expressions_and_state_are_checked() {
    let app = App::collect_module(concat!(module_path!(), "::wrong"));
    expect![[r#"
        `is_open` (tests/it/filters/checks.rs:9) asks for `State<u8>`, which nobody gave: add `.state(..)` to the `App`
        `unclosed` (tests/it/filters/checks.rs:19): the regular expression `(` cannot be read: unclosed group
        `unknown` (tests/it/filters/checks.rs:22): the regular expression `\p{Nothing}` cannot be read: Unicode property not found"#]].assert_eq(&app.check().unwrap_err().to_string());
}

mod conflicts {
    #[bale::filter]
    fn one() -> bool {
        true
    }

    #[bale::filter]
    fn two() -> bool {
        true
    }

    #[bale::command("a", filter = one)]
    async fn a_of_one() {}

    #[bale::command("a", filter = two)]
    async fn a_of_two() {}

    #[bale::command("a")]
    async fn a() {}

    #[bale::command("b", reply)]
    async fn b() {}

    #[bale::command("b", reply)]
    async fn b_again() {}

    #[bale::on_message(photo)]
    async fn photos() {}

    #[bale::on_message(photo, chat = group)]
    async fn photos_in_groups() {}

    #[bale::on_message(text, priority = -1)]
    async fn texts() {}

    #[bale::on_message]
    async fn all() {}
}

/// Filters tell handlers apart, but not the same filters. What has none takes what is left.
#[test]
fn handlers_are_told_apart_by_their_filters() {
    let app = App::collect_module(concat!(module_path!(), "::conflicts"));
    expect![[r#"
        `b` (tests/it/filters/checks.rs:58) and `b_again` (tests/it/filters/checks.rs:61) both handle the command `/b`: rename one, or say by `priority` which goes first
        `photos_in_groups` (tests/it/filters/checks.rs:67) can never run: `photos` (tests/it/filters/checks.rs:64) comes first and takes everything it could get; remove one, or give `photos_in_groups` a higher `priority`
        `texts` (tests/it/filters/checks.rs:70) can never run: `all` (tests/it/filters/checks.rs:73) comes first and takes everything it could get; remove one, or give `texts` a higher `priority`"#]].assert_eq(&app.check().unwrap_err().to_string());
}

/// Each may be as large as `regex` lets it be alone: together these are larger.
#[test]
fn many_expressions_are_one_set() {
    let with =
        |app: App, regex: String| app.on(on::message().filter(filter::regex(regex)), async || "");
    let app = (0..12).fold(App::new(), |app, number| with(app, format!(r"\w{{60}}{number}")));
    assert_eq!(app.check(), Ok(()));
    let app = with(App::new(), r"\w{999}".to_owned());
    expect![[r#"`closure` (tests/it/filters/checks.rs:91): the regular expression `\w{999}` cannot be read: Compiled regex exceeds size limit of 10485760 bytes."#]].assert_eq(&app.check().unwrap_err().to_string());
}

/// Closures of one line are not the same filter.
#[test]
fn closures_are_told_apart() {
    let of = |id: i64| filter::of(move |user: bale::User| async move { user.id == id });
    let app = [1, 2]
        .into_iter()
        .fold(App::new(), |app, id| app.on(on::command("start").filter(of(id)), async || "start"));
    assert_eq!(app.check(), Ok(()));
}
