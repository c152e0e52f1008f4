//! Commands: their names, their arguments, and the usage that a wrong call is answered with.

use bale::{App, Text, app::Language};
use expect_test::expect;

use super::talk;

mod one_of_each {
    use bale::{Message, Result, Text};

    /// Say hello.
    #[bale::command]
    async fn start() -> &'static str {
        "سلام!"
    }

    /// Add two numbers.
    #[bale::command("add {a} {b}", alias = "جمع")]
    async fn add(message: Message, a: i64, b: i64) -> Result {
        message.reply((a + b).to_string()).await?;
        Ok(())
    }

    #[bale::command("سفارش_جدید {نام}")]
    fn order(نام: String) -> String {
        format!("order of {نام}")
    }

    #[bale::command("say {name?}")]
    fn say(name: Option<String>) -> String {
        format!("{name:?}")
    }

    #[bale::command("list {words...}", hidden)]
    async fn list(words: Vec<String>) -> String {
        format!("{words:?}")
    }

    #[bale::command("note {text...}")]
    fn note(text: String) -> String {
        format!("note {text:?}")
    }

    #[bale::command("memo {text...}")]
    fn memo(text: Option<String>) -> String {
        format!("memo {text:?}")
    }

    #[bale::command("sum {numbers...}")]
    fn sum(numbers: Vec<u8>) -> String {
        numbers.iter().map(|n| u32::from(*n)).sum::<u32>().to_string()
    }

    #[bale::command("scale {factor} {exact?}")]
    fn scale(factor: f32, exact: Option<bool>) -> String {
        format!("{factor} {exact:?}")
    }

    #[bale::on_message]
    fn other(Text(text): Text) -> String {
        format!("other: {text}")
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::one_of_each"))
}

#[tokio::test(start_paused = true)]
async fn a_command_is_known_by_its_name() {
    let transcript = talk(
        app(),
        &[
            "/start",
            "/start@emulated_bot",
            "/START@Emulated_Bot",
            "/start@other_bot",
            "/start@",
            " \u{200f}/start",
            "/جمع ۲ ۳",
            "/جمع@emulated_bot 2\n3",
            "/سفارش_جديد علی",
            "/سفارش_جدید\nعلی",
            "/starts",
            "/",
            "start",
        ],
    )
    .await;
    expect![[r#"
        "/start"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"سلام!"}
        "/start@emulated_bot"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"سلام!"}
        "/START@Emulated_Bot"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"سلام!"}
        "/start@other_bot"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"other: /start@other_bot"}
        "/start@"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"سلام!"}
        " \u{200f}/start"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"سلام!"}
        "/جمع ۲ ۳"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"5"}
        "/جمع@emulated_bot 2\n3"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"5"}
        "/سفارش_جديد علی"
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"order of علی"}
        "/سفارش_جدید\nعلی"
        sendMessage {"chat_id":1,"reply_to_message_id":19,"text":"order of علی"}
        "/starts"
        sendMessage {"chat_id":1,"reply_to_message_id":21,"text":"other: /starts"}
        "/"
        sendMessage {"chat_id":1,"reply_to_message_id":23,"text":"other: /"}
        "start"
        sendMessage {"chat_id":1,"reply_to_message_id":25,"text":"other: start"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn arguments_are_parsed() {
    let transcript = talk(
        app(),
        &[
            "/add ۲ 3",
            "/add  -٢  ۱٬۰۰۰",
            "/add\n2\n3",
            "/say",
            "/say «علی رضا»",
            "/say \"a \\\"b\\\" c\"",
            "/say علی\u{200c}رضا",
            "/list",
            "/list a «b c» d",
            "/note  two  words\nand a line ",
            "/memo",
            "/memo «quotes» stay",
            "/sum ۱ 2 ٣",
            "/scale ۰٫۵",
            "/scale 2 true",
        ],
    )
    .await;
    expect![[r#"
        "/add ۲ 3"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"5"}
        "/add  -٢  ۱٬۰۰۰"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"998"}
        "/add\n2\n3"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"5"}
        "/say"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"None"}
        "/say «علی رضا»"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"Some(\"علی رضا\")"}
        "/say \"a \\\"b\\\" c\""
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"Some(\"a \\\"b\\\" c\")"}
        "/say علی\u{200c}رضا"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"Some(\"علی\\u{200c}رضا\")"}
        "/list"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"[]"}
        "/list a «b c» d"
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"[\"a\", \"b c\", \"d\"]"}
        "/note  two  words\nand a line "
        sendMessage {"chat_id":1,"reply_to_message_id":19,"text":"note \"two  words\\nand a line\""}
        "/memo"
        sendMessage {"chat_id":1,"reply_to_message_id":21,"text":"memo None"}
        "/memo «quotes» stay"
        sendMessage {"chat_id":1,"reply_to_message_id":23,"text":"memo Some(\"«quotes» stay\")"}
        "/sum ۱ 2 ٣"
        sendMessage {"chat_id":1,"reply_to_message_id":25,"text":"6"}
        "/scale ۰٫۵"
        sendMessage {"chat_id":1,"reply_to_message_id":27,"text":"0.5 None"}
        "/scale 2 true"
        sendMessage {"chat_id":1,"reply_to_message_id":29,"text":"2 Some(true)"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_call_is_answered_with_the_usage() {
    let transcript = talk(
        app(),
        &[
            "/add",
            "/add 1",
            "/add 1 دو",
            "/add 1.5 2",
            "/add 1 99999999999999999999",
            "/add 1 2 3 و ۴",
            "/جمع ۱",
            "/note",
            "/sum 1 256",
            "/sum 1 -2",
            "/scale a",
            "/scale 1 yes",
            "/say a \"b c\"",
        ],
    )
    .await;
    expect![[r#"
        "/add"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"مقدار <a> نوشته نشده است.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        "/add 1"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"مقدار <b> نوشته نشده است.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        "/add 1 دو"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"مقدار <b> نمی‌تواند «دو» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        "/add 1.5 2"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"مقدار <a> نمی‌تواند «1.5» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        "/add 1 99999999999999999999"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"مقدار <b> نمی‌تواند «99999999999999999999» باشد: بیش از اندازه بزرگ است.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        "/add 1 2 3 و ۴"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"نوشتهٔ «3 و ۴» اضافه است.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        "/جمع ۱"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"مقدار <b> نوشته نشده است.\nطرز استفاده:\n/جمع <a> <b>\nAdd two numbers."}
        "/note"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"مقدار <text> نوشته نشده است.\nطرز استفاده:\n/note <text...>"}
        "/sum 1 256"
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"مقدار <numbers> نمی‌تواند «256» باشد: بیش از اندازه بزرگ است.\nطرز استفاده:\n/sum <numbers...>"}
        "/sum 1 -2"
        sendMessage {"chat_id":1,"reply_to_message_id":19,"text":"مقدار <numbers> نمی‌تواند «-2» باشد: نباید منفی باشد.\nطرز استفاده:\n/sum <numbers...>"}
        "/scale a"
        sendMessage {"chat_id":1,"reply_to_message_id":21,"text":"مقدار <factor> نمی‌تواند «a» باشد: باید عدد باشد.\nطرز استفاده:\n/scale <factor> [exact]"}
        "/scale 1 yes"
        sendMessage {"chat_id":1,"reply_to_message_id":23,"text":"مقدار <exact> نمی‌تواند «yes» باشد: باید true یا false باشد.\nطرز استفاده:\n/scale <factor> [exact]"}
        "/say a \"b c\""
        sendMessage {"chat_id":1,"reply_to_message_id":25,"text":"نوشتهٔ «\"b c\"» اضافه است.\nطرز استفاده:\n/say [name]"}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn the_usage_speaks_english() {
    let transcript = talk(
        app().language(Language::English),
        &[
            "/add 1",
            "/add 1 two",
            "/add 1 99999999999999999999",
            "/add 1 2 3 and 4",
            "/sum 1 256",
            "/sum 1 -2",
            "/scale a",
            "/scale 1 yes",
        ],
    )
    .await;
    expect![[r#"
        "/add 1"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"<b> is missing.\nUsage:\n/add <a> <b>\nAdd two numbers."}
        "/add 1 two"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"<b> cannot be \"two\": it must be a whole number.\nUsage:\n/add <a> <b>\nAdd two numbers."}
        "/add 1 99999999999999999999"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"<b> cannot be \"99999999999999999999\": it is too large.\nUsage:\n/add <a> <b>\nAdd two numbers."}
        "/add 1 2 3 and 4"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"\"3 and 4\" is too much.\nUsage:\n/add <a> <b>\nAdd two numbers."}
        "/sum 1 256"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"<numbers> cannot be \"256\": it is too large.\nUsage:\n/sum <numbers...>"}
        "/sum 1 -2"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"<numbers> cannot be \"-2\": it must not be negative.\nUsage:\n/sum <numbers...>"}
        "/scale a"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"<factor> cannot be \"a\": it must be a number.\nUsage:\n/scale <factor> [exact]"}
        "/scale 1 yes"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"<exact> cannot be \"yes\": it must be true or false.\nUsage:\n/scale <factor> [exact]"}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_long_wrong_argument_is_cut() {
    let long = format!("/add 1 {}", "x".repeat(5000));
    let transcript = talk(app(), &[&long]).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"مقدار <b> نمی‌تواند «xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
    "#]].assert_eq(transcript.split_once('\n').expect("the text and its answer").1);
    let long = format!("/add 1 2 {}", "x".repeat(5000));
    let transcript = talk(app(), &[&long]).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"نوشتهٔ «xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…» اضافه است.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
    "#]].assert_eq(transcript.split_once('\n').expect("the text and its answer").1);
}

mod a_type_of_its_own {
    use std::str::FromStr;

    struct Size(u8);

    impl FromStr for Size {
        type Err = &'static str;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            match text {
                "کوچک" => Ok(Self(1)),
                "بزرگ" => Ok(Self(2)),
                _ => Err("کوچک یا بزرگ بنویسید."),
            }
        }
    }

    #[bale::command("size {size}")]
    fn size(size: Size) -> String {
        size.0.to_string()
    }
}

#[tokio::test(start_paused = true)]
async fn an_argument_is_refused_in_the_words_of_its_type() {
    let app = App::collect_module(concat!(module_path!(), "::a_type_of_its_own"));
    expect![[r#"
        "/size بزرگ"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"2"}
        "/size x"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"مقدار <size> نمی‌تواند «x» باشد: کوچک یا بزرگ بنویسید.\nطرز استفاده:\n/size <size>"}
    "#]].assert_eq(&talk(app, &["/size بزرگ", "/size x"]).await);
}

mod overloads {
    /// Roll one die.
    #[bale::command("roll")]
    fn roll() -> &'static str {
        "one of six"
    }

    /// Roll several dice.
    #[bale::command("roll {n} {sides}")]
    fn roll_many(n: u8, sides: u8) -> String {
        format!("{n} of {sides}")
    }

    /// Write a task down.
    #[bale::command("todo add {what...}")]
    fn add(what: String) -> String {
        format!("to do: {what}")
    }

    /// Tick a task off.
    #[bale::command("todo done {n}")]
    fn done(n: u8) -> String {
        format!("done: {n}")
    }

    #[bale::command("todo purge {n}", hidden)]
    fn purge(n: u8) -> String {
        format!("gone: {n}")
    }

    #[bale::command("age {years}", priority = 1)]
    fn age(years: u8) -> String {
        format!("{years} years")
    }

    #[bale::command("age {name}")]
    fn age_of(name: String) -> Option<String> {
        (name != "-").then(|| format!("the age of {name}"))
    }

    #[bale::command("day {n}")]
    fn day(n: u8) -> String {
        format!("day {n}")
    }

    #[bale::command("day {n} {month}")]
    fn day_of_month(n: u8, month: u8) -> String {
        format!("day {n} of month {month}")
    }
}

#[tokio::test(start_paused = true)]
async fn several_handlers_share_a_command() {
    let app = App::collect_module(concat!(module_path!(), "::overloads"));
    let transcript = talk(
        app,
        &[
            "/roll",
            "/roll 3 6",
            "/roll whatever",
            "/todo ADD buy milk",
            "/todo done 3",
            "/todo purge 3",
            "/age 40",
            "/age 400",
            "/age -",
            "/day 1",
            "/day 1 2",
            "/todo",
            "/todo undo 3",
            "/todo add",
            "/todo done x",
            "/todo purge x",
            "/day",
            "/day x",
            "/day 1 x",
            "/day 1 2 3",
        ],
    )
    .await;
    expect![[r#"
        "/roll"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"one of six"}
        "/roll 3 6"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"3 of 6"}
        "/roll whatever"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"one of six"}
        "/todo ADD buy milk"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"to do: buy milk"}
        "/todo done 3"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"done: 3"}
        "/todo purge 3"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"gone: 3"}
        "/age 40"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"40 years"}
        "/age 400"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":"the age of 400"}
        "/age -"
        "/day 1"
        sendMessage {"chat_id":1,"reply_to_message_id":18,"text":"day 1"}
        "/day 1 2"
        sendMessage {"chat_id":1,"reply_to_message_id":20,"text":"day 1 of month 2"}
        "/todo"
        sendMessage {"chat_id":1,"reply_to_message_id":22,"text":"طرز استفاده:\n/todo add <what...>\nWrite a task down.\n/todo done <n>\nTick a task off."}
        "/todo undo 3"
        sendMessage {"chat_id":1,"reply_to_message_id":24,"text":"طرز استفاده:\n/todo add <what...>\nWrite a task down.\n/todo done <n>\nTick a task off."}
        "/todo add"
        sendMessage {"chat_id":1,"reply_to_message_id":26,"text":"مقدار <what> نوشته نشده است.\nطرز استفاده:\n/todo add <what...>\nWrite a task down.\n/todo done <n>\nTick a task off."}
        "/todo done x"
        sendMessage {"chat_id":1,"reply_to_message_id":28,"text":"مقدار <n> نمی‌تواند «x» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/todo add <what...>\nWrite a task down.\n/todo done <n>\nTick a task off."}
        "/todo purge x"
        sendMessage {"chat_id":1,"reply_to_message_id":30,"text":"مقدار <n> نمی‌تواند «x» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/todo add <what...>\nWrite a task down.\n/todo done <n>\nTick a task off."}
        "/day"
        sendMessage {"chat_id":1,"reply_to_message_id":32,"text":"مقدار <n> نوشته نشده است.\nطرز استفاده:\n/day <n>\n/day <n> <month>"}
        "/day x"
        sendMessage {"chat_id":1,"reply_to_message_id":34,"text":"مقدار <n> نمی‌تواند «x» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/day <n>\n/day <n> <month>"}
        "/day 1 x"
        sendMessage {"chat_id":1,"reply_to_message_id":36,"text":"مقدار <month> نمی‌تواند «x» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/day <n>\n/day <n> <month>"}
        "/day 1 2 3"
        sendMessage {"chat_id":1,"reply_to_message_id":38,"text":"نوشتهٔ «3» اضافه است.\nطرز استفاده:\n/day <n>\n/day <n> <month>"}
    "#]].assert_eq(&transcript);
}

mod deep_link_to_a_bare_command {
    use bale::Message;

    #[bale::command]
    fn start(message: &Message) -> String {
        format!("all of it: {:?}", message.text)
    }
}

mod deep_link_with_a_payload {
    #[bale::command("start {payload?}")]
    fn start(payload: Option<String>) -> String {
        format!("{payload:?}")
    }
}

#[tokio::test(start_paused = true)]
async fn deep_links_arrive() {
    let bare = App::collect_module(concat!(module_path!(), "::deep_link_to_a_bare_command"));
    let payload = App::collect_module(concat!(module_path!(), "::deep_link_with_a_payload"));
    let texts = ["/start", "/start ref_12", "/start a b"];
    expect![[r#"
        "/start"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"all of it: Some(\"/start\")"}
        "/start ref_12"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"all of it: Some(\"/start ref_12\")"}
        "/start a b"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"all of it: Some(\"/start a b\")"}
    "#]].assert_eq(&talk(bare, &texts).await);
    expect![[r#"
        "/start"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"None"}
        "/start ref_12"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"Some(\"ref_12\")"}
        "/start a b"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"نوشتهٔ «b» اضافه است.\nطرز استفاده:\n/start [payload]"}
    "#]].assert_eq(&talk(payload, &texts).await);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_call_reaches_no_catch_all() {
    let app = App::new()
        .command("add {a}", async || "add")
        .on_text("{first} {rest...}", async || "pattern")
        .on_message(async |Text(_): Text| "catch-all");
    expect![[r#"
        "/add"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"مقدار <a> نوشته نشده است.\nطرز استفاده:\n/add <a>"}
        "/add 1 2"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"نوشتهٔ «2» اضافه است.\nطرز استفاده:\n/add <a>"}
        "/add@other_bot 1"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"pattern"}
        "/sub"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"pattern"}
    "#]].assert_eq(&talk(app, &["/add", "/add 1 2", "/add@other_bot 1", "/sub"]).await);
}
