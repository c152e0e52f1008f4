//! Every message of the attributes, under the piece of source that it is shown at.

use expect_test::{Expect, expect};
use proc_macro2::{TokenStream, TokenTree};

use super::kind;
use crate::model::{Handler, Main, Test};

/// Recomputes what stands under each line that starts with `#[`: an annotated item without `bale::`.
#[track_caller]
fn check(expected: &Expect) {
    let lines = expected.data().lines().map(str::trim_start);
    let sources = lines.filter(|line| line.starts_with("#["));
    let reports = sources.map(|source| format!("{source}\n{}", mistakes(source)));
    let reports = reports.collect::<Vec<_>>().join("\n");
    expected.assert_eq(&reports);
}

/// Underlines every mistake in `source`.
fn mistakes(source: &str) -> String {
    let mut tokens = source.parse::<TokenStream>().unwrap().into_iter();
    let Some(TokenTree::Group(brackets)) = tokens.nth(1) else { panic!("no attribute: {source}") };
    let mut inside = brackets.stream().into_iter();
    let attribute = inside.next().unwrap().to_string();
    let attr = inside.next().map_or_else(TokenStream::new, |token| match token {
        TokenTree::Group(list) => list.stream(),
        token => panic!("unexpected `{token}` in {source}"),
    });
    let result = match attribute.as_str() {
        "main" => Main::new(attr, tokens.collect(), false).map(drop),
        "test" => Test::new(attr, tokens.collect()).map(drop),
        _ => Handler::new(kind(&attribute), attr, tokens.collect()).map(drop),
    };
    let mistakes = result.err().into_iter().flatten().map(|mistake| {
        let (start, end) = (mistake.span().start().column, mistake.span().end().column);
        format!("{}{} {mistake}\n", " ".repeat(start), "^".repeat(end - start))
    });
    mistakes.collect()
}

#[test]
fn nothing_is_wrong() {
    check(&expect![[r##"
        #[command] async fn start() {}

        #[command()] async fn start() {}

        #[command("start {a} {b?} {c...}",)] async fn f(a: A, b: B, c: C) {}

        #[main(link(a,), crate = b)] async fn main() {}

        #[test(app = a::b, crate = b)] async fn greets(_: TestBot) -> Result<(), E> {}
    "##]]);
}

#[test]
fn states() {
    check(&expect![[r##"
        #[on_message(state = Order::_)] async fn f() {}

        #[on_message(state = Order::A | Order::B)] async fn f() {}

        #[on_message("{b}", state = shop::Order::A(a, ..))] async fn f(a: A, b: B) {}

        #[on_message(state)] async fn f() {}
                     ^^^^^ `state` is written `state = Order::Name`, `state = Order::Phone { name }` or `state = Order::Name | Order::Phone`

        #[on_message(state = 5)] async fn f() {}
                             ^ `state` is written `state = Order::Name`, `state = Order::Phone { name }` or `state = Order::Name | Order::Phone`

        #[on_message(state = A)] async fn f() {}
                             ^ a state is written with its enum, as in `state = Order::A`: it says whose state it is

        #[on_message(state = Order::A | Order::A)] async fn f() {}
                                               ^ `A` is given twice

        #[on_message(state = Order::A | Trip::B)] async fn f() {}
                                        ^^^^ a handler is for states of one conversation, and `Trip` is another than `Order`

        #[on_message(state = Order::A { a } | Order::B)] async fn f(a: A) {}
                             ^^^^^ of several states none has its fields taken: ask for `Talk<..>`, whose `state()` has them

        #[on_message(state = Order::A(5))] async fn f() {}
                                      ^ a field of a state is taken by its name: write `{ name }`, `{ field: name }` or `(name)`

        #[on_message(state = Order::A(a, a))] async fn f(a: A) {}
                                         ^ `a` is given twice

        #[on_message(state = Order::A { a })] async fn f() {}
                                        ^ field `a` of the state has no parameter: add `a: ..` with its type to `fn f`, or leave it out here

        #[on_message("{a}", state = Order::A { a })] async fn f(a: A) {}
                                               ^ `a` is a capture of the pattern as well: take the field by another name, as in `{ a: old_a }`

        #[on_message] async fn f() -> Exit {}
                                      ^^^^ which conversation ends? Add `state = ..` to the attribute, or return `bale::dialogue::Step` with `Exit::of::<..>()`

        #[on_start(state = Order::A)] async fn f() {}
                   ^^^^^ `state` is no option of `#[bale::on_start]`: it asks about the conversation of whoever an update is from; it takes `group`, `priority`, `crate`
    "##]]);
}

#[test]
fn tests() {
    check(&expect![[r##"
        #[test] fn greets() {}
                ^^ a `#[bale::test]` is asynchronous: write `async fn greets`
                   ^^^^^^ a `#[bale::test]` takes the bot and nothing else: write `async fn greets(bot: TestBot)`

        #[test(app)] async unsafe fn greets<T>(a: TestBot, b: T) {}
               ^^^ `app` is written `app = path::to::app`
                           ^^^^^^ a `#[bale::test]` cannot be `unsafe`
                                               ^^^^^^^^^^^^^^^^ a `#[bale::test]` takes the bot and nothing else: write `async fn greets(bot: TestBot)`
                                           ^^^ a `#[bale::test]` cannot be generic

        #[test(app = || ())] #[tokio::test] async fn greets(bot: TestBot) {}
                     ^^^^^ `app` is written `app = path::to::app`
                             ^^^^^^^^^^^^^^ `#[bale::test]` makes this a test already: remove this one

        #[test("pattern", link(a), priority = 1)] async fn greets(self) {}
               ^^^^^^^^^ `#[bale::test]` takes no pattern
                          ^^^^ `link` is an option of `#[bale::main]`, not of `#[bale::test]`
                                   ^^^^^^^^ `priority` is no option of `#[bale::test]`; it takes `app`, `crate`
                                                                  ^^^^ a `#[bale::test]` takes the bot and nothing else: write `async fn greets(bot: TestBot)`

        #[test(ap = a, crate = b)] struct Greets;
               ^^ unknown option `ap` in `#[bale::test]`; did you mean `app`?
                                   ^^^^^^ `#[bale::test]` goes on a function
    "##]]);
}

#[test]
fn filters() {
    check(&expect![[r##"
        #[on_message(photo, text)] async fn f() {}
                            ^^^^ no message has `photo` and `text` at once; for either, write a `#[bale::filter]` that returns `filter::photo().or(filter::text())`

        #[on_message("hello", photo)] async fn f() {}
                              ^^^^^ `photo` beside a pattern: what fits the pattern is a text

        #[on_message(photo = true)] async fn f() {}
                     ^^^^^^^^^^^^ `photo` takes no value

        #[on_message(photo, photo)] async fn f() {}
                            ^^^^^ `photo` is given twice

        #[command(photo)] async fn f() {}
                  ^^^^^ `photo` is no option of `#[bale::command]`: it asks for something that only a message can have, and a command is a text; it takes `alias`, `aliases`, `chat`, `from`, `reply`, `forwarded`, `filter`, `state`, `lane`, `hidden`, `group`, `priority`, `crate`

        #[command(regex = "a")] async fn f() {}
                  ^^^^^ `regex` is no option of `#[bale::command]`: it reads the text of a message or the data of a button; it takes `alias`, `aliases`, `chat`, `from`, `reply`, `forwarded`, `filter`, `state`, `lane`, `hidden`, `group`, `priority`, `crate`

        #[on_callback(reply)] async fn f() {}
                      ^^^^^ `reply` is no option of `#[bale::on_callback]`: only a message is a reply; it takes `chat`, `from`, `regex`, `filter`, `state`, `lane`, `group`, `priority`, `crate`

        #[on_channel_post(from = 5)] async fn f() {}
                          ^^^^ `from` is no option of `#[bale::on_channel_post]`: it asks who did it, which an update there does not say; it takes `text`, `photo`, `video`, `voice`, `audio`, `document`, `sticker`, `animation`, `contact`, `location`, `reply`, `forwarded`, `regex`, `filter`, `state`, `lane`, `group`, `priority`, `crate`

        #[on_message(from = a b)] async fn f() {}
                            ^^^ `from` is written `from = 5 | "username" | CONSTANT`

        #[on_message(from = 99999999999999999999)] async fn f() {}
                            ^^^^^^^^^^^^^^^^^^^^ `from` is written `from = 5 | "username" | CONSTANT`

        #[on_message(from)] async fn f() {}
                     ^^^^ `from` is written `from = 5 | "username" | CONSTANT`

        #[on_message(regex = 5)] async fn f() {}
                             ^ `regex` is written `regex = ".."`

        #[on_message(filter = f())] async fn f() {}
                              ^^^ `filter` is written `filter = path::to::a_filter`, a function under `#[bale::filter]`

        #[on_start(filter = f)] async fn f() {}
                   ^^^^^^ `filter` is no option of `#[bale::on_start]`: it asks about an update; it takes `group`, `priority`, `crate`

        #[filter(priority = 1)] fn f() -> bool {}
                 ^^^^^^^^ `priority` is no option of `#[bale::filter]`; it takes `crate`

        #[filter] fn f(user: User) {}
                  ^^ a filter says whether it lets an update through: write `fn f(..) -> bool`

        #[filter("pattern")] async fn f() -> bool {}
                 ^^^^^^^^^ `#[bale::filter]` takes no pattern

        #[filter] fn f<T>(self) -> bool {}
                       ^ a `#[bale::filter]` handler cannot be generic: nothing says which types `f` is called with
                          ^^^^ a handler is a free function: it cannot take `self`
    "##]]);
}

#[test]
fn unknown_options() {
    check(&expect![[r##"
        #[command(aliass = "a")] async fn start() {}
                  ^^^^^^ unknown option `aliass` in `#[bale::command]`; did you mean `alias`?

        #[command(Hidden)] async fn start() {}
                  ^^^^^^ unknown option `Hidden` in `#[bale::command]`; did you mean `hidden`?

        #[on_message(filter = a)] async fn start() {}

        #[main(links(a))] async fn main() {}
               ^^^^^ unknown option `links` in `#[bale::main]`; did you mean `link`?
    "##]]);
}

#[test]
fn options_of_other_attributes() {
    check(&expect![[r##"
        #[on_message(alias = "a", hidden)] async fn start() {}
                     ^^^^^ `alias` is an option of `#[bale::command]`, not of `#[bale::on_message]`
                                  ^^^^^^ `hidden` is an option of `#[bale::command]`, not of `#[bale::on_message]`

        #[on_start(lane = "none", chat = private)] async fn start() {}
                   ^^^^ `lane` is no option of `#[bale::on_start]`; it takes `group`, `priority`, `crate`
                                  ^^^^ `chat` is no option of `#[bale::on_start]`; it takes `group`, `priority`, `crate`

        #[on_update(link(a))] async fn start() {}
                    ^^^^ `link` is an option of `#[bale::main]`, not of `#[bale::on_update]`

        #[main(priority = 1)] async fn main() {}
               ^^^^^^^^ `priority` is no option of `#[bale::main]`; it takes `link`, `crate`
    "##]]);
}

#[test]
fn patterns_in_the_wrong_place() {
    check(&expect![[r##"
        #[on_update("text")] async fn start() {}
                    ^^^^^^ `#[bale::on_update]` takes no pattern

        #[main("text")] async fn main() {}
               ^^^^^^ `#[bale::main]` takes no pattern

        #[command("a", "b")] async fn start() {}
                       ^^^ `#[bale::command]` takes one pattern

        #[command(hidden, "a")] async fn start() {}
                          ^^^ the pattern comes before the options
    "##]]);
}

#[test]
fn broken_pieces() {
    check(&expect![[r##"
        #[command(, hidden,, priority = 1)] async fn start() {}
                  ^ nothing stands before this comma
                           ^ nothing stands before this comma

        #[command(5, b"start")] async fn start() {}
                  ^ a pattern is a text in quotes
                     ^^^^^^^^ a pattern is a text in quotes

        #[command(alias "a", alias: "b")] async fn start() {}
                  ^^^^^^^^^ expected a pattern in quotes or an option between two commas
                             ^^^^^^^^^^ expected a pattern in quotes or an option between two commas

        #[command("start" hidden)] async fn start() {}
                  ^^^^^^^^^^^^^^ expected a pattern in quotes or an option between two commas
    "##]]);
}

#[test]
fn values() {
    check(&expect![[r##"
        #[command(alias, alias = , alias = start, alias = 5, alias("a"))] async fn start() {}
                  ^^^^^ `alias` is written `alias = ".."`
                         ^^^^^ `alias` is written `alias = ".."`
                                           ^^^^^ `alias` is written `alias = ".."`
                                                          ^ `alias` is written `alias = ".."`
                                                                   ^^^ `alias` is written `alias = ".."`

        #[command(aliases = "a", aliases = [a])] async fn start() {}
                            ^^^ `aliases` is written `aliases = ["..", ".."]`
                                           ^^^ `aliases` is written `aliases = ["..", ".."]`

        #[command(chat, chat = 5, chat = private group, chat = supergroup)] async fn start() {}
                  ^^^^ `chat` is written `chat = private | group | channel`
                               ^ `chat` is written `chat = private | group | channel`
                                         ^^^^^^^^^^^^^ `chat` is written `chat = private | group | channel`
                                                               ^^^^^^^^^^ `supergroup` is no kind of chat: write `private`, `group` or `channel`

        #[command(chat = private | private)] async fn start() {}
                                   ^^^^^^^ `private` is given twice

        #[command(priority = high)] async fn start() {}
                             ^^^^ `priority` is written `priority = 10` with an `i32`

        #[command(priority = 1.5)] async fn start() {}
                             ^^^ `priority` is written `priority = 10` with an `i32`

        #[command(priority = 3000000000)] async fn start() {}
                             ^^^^^^^^^^ `priority` is written `priority = 10` with an `i32`

        #[command(hidden = true)] async fn start() {}
                  ^^^^^^^^^^^^^ `hidden` takes no value

        #[command(lane = none)] async fn start() {}
                         ^^^^ `lane` is written `lane = "none"`

        #[command(lane = "own")] async fn start() {}
                         ^^^^^ `lane` is written `lane = "none"`

        #[command(crate = "b")] async fn start() {}
                          ^^^ `crate` is written `crate = path::to::bale`

        #[main(link, link = a, link(), link(my-handlers))] async fn main() {}
               ^^^^ `link` is written `link(my_handlers, my_plugins)`
                            ^ `link` is written `link(my_handlers, my_plugins)`
                               ^^^^ `link` is written `link(my_handlers, my_plugins)`
                                            ^^^^^^^^^^^ `link` takes names of crates as a path writes them: `link(my_handlers, my_plugins)`
    "##]]);
}

#[test]
fn options_given_twice() {
    check(&expect![[r##"
        #[command(hidden, hidden, priority = 1, priority = 2)] async fn start() {}
                          ^^^^^^ `hidden` is given twice
                                                ^^^^^^^^ `priority` is given twice

        #[command(lane = "none", lane = "none", crate = a, crate = b)] async fn start() {}
                                 ^^^^ `lane` is given twice
                                                           ^^^^^ `crate` is given twice
    "##]]);
}

#[test]
fn aliases() {
    check(&expect![[r##"
        #[command(alias = "/help", alias = "two words", alias = "")] async fn start() {}
                          ^^^^^^^ `/help` is no command name: write it without the slash: `help`
                                           ^^^^^^^^^^^ `two words` is no command name: white space is no letter, digit or `_`
                                                                ^^ the name of a command cannot be empty

        #[command(alias = "start")] async fn start() {}
                          ^^^^^^^ `start` is the command's own name

        #[command("go {a}", alias = "go")] async fn start(a: u8) {}
                                    ^^^^ `go` is the command's own name

        #[command(alias = "a", aliases = ["b", "a"])] async fn start() {}
                                               ^^^ alias `a` is given twice
    "##]]);
}

#[test]
fn names_of_commands() {
    check(&expect![[r##"
        #[command("")] async fn start() {}
                  ^^ a command needs a name, like `"start"`; without a pattern it is the function's name

        #[command(" ")] async fn start() {}
                  ^^^ a command needs a name, like `"start"`; without a pattern it is the function's name

        #[command("/start")] async fn start() {}
                  ^^^^^^^^ `/start` is no command name: write it without the slash: `start`

        #[command("/start now")] async fn start() {}
                  ^^^^^^^^^^^^ `/start now` is no command name: write it without the slash: `start now`

        #[command("/")] async fn start() {}
                  ^^^ `/` is no command name: write one without the slash, like `start`

        #[command("get-file")] async fn start() {}
                  ^^^^^^^^^^ `get-file` is no command name: `-` is no letter, digit or `_`

        #[command("می‌خواهم")] async fn start() {}

        #[command("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")] async fn start() {}
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` is no command name: it has 65 characters, and 64 are the most

        #[command("{name} start")] async fn start(name: String) {}
                  ^^^^^^^^^^^^^^ a command starts with its name, a literal word: `{name}` stands before it

        #[command] async fn xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx() {}
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` is no command name: it has 65 characters, and 64 are the most
    "##]]);
}

#[test]
fn captures_without_parameter() {
    check(&expect![[r##"
        #[command("add {a} {b}")] async fn add(a: i64) {}
                  ^^^^^^^^^^^^^ capture `{b}` has no parameter: add `b: String` (or another type that implements `FromStr`) to `fn add`

        #[command("add {a} {b?} {c...}")] async fn add(Text(a): Text) {}
                  ^^^^^^^^^^^^^^^^^^^^^ capture `{a}` has no parameter: add `a: String` (or another type that implements `FromStr`) to `fn add`
                  ^^^^^^^^^^^^^^^^^^^^^ capture `{b?}` has no parameter: add `b: Option<String>` (or another `Option<T>` with `T: FromStr`) to `fn add`
                  ^^^^^^^^^^^^^^^^^^^^^ capture `{c...}` has no parameter: add `c: String` (or an `Option<String>`, or a `Vec<T>` with `T: FromStr`) to `fn add`

        #[on_callback("buy:{type}")] async fn buy() {}
                      ^^^^^^^^^^^^ capture `{type}` has no parameter: add `r#type: String` (or another type that implements `FromStr`) to `fn buy`
    "##]]);
}

#[test]
fn broken_patterns() {
    check(&expect![[r##"
        #[on_message("a {b")] async fn start() {}
                     ^^^^^^ `{b` opens a `{` that nothing closes; a literal brace is written `{{`

        #[on_message("")] async fn start() {}
                     ^^ an empty pattern fits no message; leave it out to take every message

        #[on_callback("")] async fn start() {}
                      ^^ an empty pattern fits no button; leave it out to take every button press

        #[on_callback("{a}{a?}")] async fn start(a: u8) {}
                      ^^^^^^^^^ `{a?}`: a button's data is written whole, so its captures are plain: `{a}`
                      ^^^^^^^^^ nothing separates `{a}` from `{a?}`: put text between them, like `{a}:{a?}`
                      ^^^^^^^^^ two captures have the name `a`
    "##]]);
}

#[test]
fn items_that_are_no_functions() {
    check(&expect![[r#"
        #[command] struct Start;
                   ^^^^^^ `#[bale::command]` goes on a function

        #[command] #[inline] pub(crate) const START: u8 = 1;
                                        ^^^^^ `#[bale::command]` goes on a function

        #[on_message] mod start {}
                      ^^^ `#[bale::on_message]` goes on a function

        #[on_message] impl Start { async fn start() {} }
                      ^^^^ `#[bale::on_message]` goes on a function

        #[on_start] async fn start();
                                    ^ `#[bale::on_start]` goes on a function with a body

        #[main] static MAIN: u8 = 1;
                ^^^^^^ `#[bale::main]` goes on a function
    "#]]);
}

#[test]
fn functions_that_cannot_be_handlers() {
    check(&expect![[r##"
        #[command] fn start() {}
                   ^^ a `#[bale::command]` handler is asynchronous: write `async fn start`, or return a text

        #[on_start] fn start() {}
                    ^^ a `#[bale::on_start]` handler is asynchronous: write `async fn start`

        #[command] async fn start(&self) {}
                                  ^^^^^ a handler is a free function: it cannot take `self`

        #[command] async fn start(self: Box<Self>, bot: Bot) {}
                                  ^^^^^^^^^^^^^^^ a handler is a free function: it cannot take `self`

        #[command] async fn start<'a, T: Debug, const N: usize>(a: &'a T) {}
                                      ^^^^^^^^ a `#[bale::command]` handler cannot be generic: nothing says which types `start` is called with
                                                ^^^^^^^^^^^^^^ a `#[bale::command]` handler cannot be generic: nothing says which types `start` is called with

        #[command] async fn start(a: impl Debug, b: Vec<(impl Debug,)>) {}
                                     ^^^^^^^^^^ a parameter of a handler cannot be `impl Trait`: name its type
                                                    ^^^^^^^^^^^^^^^^^^ a parameter of a handler cannot be `impl Trait`: name its type

        #[command] async fn start(#[cfg(a)] a: Bot, #[cfg_attr(a, b)] b: Bot) {}
                                  ^^^^^^^^^ a parameter of a handler cannot be conditional: put this on the function
                                                    ^^^^^^^^^^^^^^^^^ a parameter of a handler cannot be conditional: put this on the function

        #[command] const fn start() -> u8 { 1 }
                   ^^^^^ a `#[bale::command]` handler cannot be `const`

        #[command] async unsafe fn start() {}
                         ^^^^^^ a `#[bale::command]` handler cannot be `unsafe`

        #[command] unsafe extern "C" fn start(a: u8, ...) -> u8 {}
                   ^^^^^^ a `#[bale::command]` handler cannot be `unsafe`
                          ^^^^^^^^^^ a `#[bale::command]` handler cannot be `extern`
                                                     ^^^ a `#[bale::command]` handler cannot be variadic
    "##]]);
}

#[test]
fn functions_that_cannot_be_main() {
    check(&expect![[r#"
        #[main] fn main() {}
                ^^ `#[bale::main]` goes on an `async fn`: write `async fn main`

        #[main] async fn run() {}
                         ^^^ `#[bale::main]` goes on `async fn main`, not on `run`

        #[main] async fn main(bot: Bot, app: App) {}
                              ^^^^^^^^^^^^^^^^^^ `main` takes no parameters: handlers and `on_start` do

        #[main] async unsafe fn main<'a, T>() {}
                      ^^^^^^ `#[bale::main]` cannot be `unsafe`
                                    ^^^^^^^ `main` cannot be generic
    "#]]);
}

#[test]
fn everything_at_once() {
    check(&expect![[r##"
        #[command("/add {a} {b}x", aliass = "a", hidden = 1, lane = "own")] fn add(self, a: impl Debug) {}
                                   ^^^^^^ unknown option `aliass` in `#[bale::command]`; did you mean `alias`?
                                                 ^^^^^^^^^^ `hidden` takes no value
                                                                    ^^^^^ `lane` is written `lane = "none"`
                                                                            ^^ a `#[bale::command]` handler is asynchronous: write `async fn add`, or return a text
                  ^^^^^^^^^^^^^^^ `/add {a} {b}x` is no command name: write it without the slash: `add {a} {b}x`
                  ^^^^^^^^^^^^^^^ `{b}` is a whole word: put white space between it and what it touches
                                                                                   ^^^^ a handler is a free function: it cannot take `self`
                                                                                            ^^^^^^^^^^ a parameter of a handler cannot be `impl Trait`: name its type

        #[command(aliass, foo)] struct Start;
                  ^^^^^^ unknown option `aliass` in `#[bale::command]`; did you mean `alias`?
                          ^^^ unknown option `foo` in `#[bale::command]`; it takes `alias`, `aliases`, `chat`, `from`, `reply`, `forwarded`, `filter`, `state`, `lane`, `hidden`, `group`, `priority`, `crate`
                                ^^^^^^ `#[bale::command]` goes on a function
    "##]]);
}

#[test]
fn jobs() {
    check(&expect![[r##"
        #[every("1h 30m", overlap, catch_up = false)] async fn f() {}

        #[cron("0 9 * * *", tz = "Asia/Tehran", catch_up = true)] async fn f() {}

        #[job("remind-2")] async fn f() {}

        #[every] async fn f() {}
                          ^ `#[bale::every]` needs a period: `#[bale::every("1h")]`

        #[every("1 hour")] async fn f() {}
                ^^^^^^^^ `1 hour` is no period: write numbers with units (w, d, h, m, s, ms), as in `1h`, `30s` or `1d 12h`

        #[every("10ms")] async fn f() {}
                ^^^^^^ a period is at least one second long, and `10ms` is shorter

        #[every(overlap, "1h")] async fn f() {}
                         ^^^^ the period comes before the options
                                         ^ `#[bale::every]` needs a period: `#[bale::every("1h")]`

        #[every("1h", "2h")] async fn f() {}
                      ^^^^ `#[bale::every]` takes one period

        #[every("1h", tz = "UTC")] async fn f() {}
                      ^^ `tz` is an option of `#[bale::cron]`, not of `#[bale::every]`

        #[every("1h", overlap = true, catch_up)] async fn f() {}
                      ^^^^^^^^^^^^^^ `overlap` takes no value
                                      ^^^^^^^^ `catch_up` is written `catch_up = false`

        #[every("1h", priority = 1)] async fn f() {}
                      ^^^^^^^^ `priority` is no option of `#[bale::every]`; it takes `group`, `overlap`, `catch_up`, `crate`

        #[every("1h")] fn f() {}
                       ^^ a `#[bale::every]` handler is asynchronous: write `async fn f`

        #[cron] async fn f() {}
                         ^ `#[bale::cron]` needs an expression: `#[bale::cron("0 9 * * *", tz = "Asia/Tehran")]`

        #[cron("0 9 * * *", tz = Tehran, catch_up = 1)] async fn f() {}
                                 ^^^^^^ `tz` is written `tz = "Asia/Tehran"`
                                                    ^ `catch_up` is written `catch_up = false`

        #[job("a job")] async fn f() {}
              ^^^^^^^ the name of a job has letters, digits, `-` and `_`, and at most 64 bytes
    "##]]);
}
