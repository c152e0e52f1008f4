//! An order, step by step: `cargo run --example conversation`
//!
//! `/order` is a conversation whose state is stored, so it can go on after a restart. `/table` asks in one handler,
//! which is shorter; a restart forgets it. The tests run by `cargo test --example conversation`.

use bale::{
    Dialogue, Exit, Goto, Message, Result, Text,
    dialogue::Step,
    types::{Contact, ReplyKeyboardMarkup},
};
use serde::{Deserialize, Serialize};

/// What is asked for next, and what is known by then.
#[derive(Dialogue, Serialize, Deserialize)]
#[dialogue(ttl = "2d")]
enum Order {
    Dish,
    Count { dish: String },
    Phone { dish: String, count: u32 },
}

/// Order food.
#[bale::command]
async fn order() -> Step {
    Goto(Order::Dish).reply("چه میل دارید؟")
}

#[bale::on_message(state = Order::Dish)]
async fn dish(Text(dish): Text) -> Step {
    Goto(Order::Count { dish }).reply("چند تا؟")
}

/// A field of the state is a parameter of its name, and so is what the pattern captures.
#[bale::on_message("{count}", state = Order::Count { dish })]
async fn count(message: Message, count: u32, dish: String) -> Result<Step> {
    if count == 0 {
        return Ok("دست‌کم یکی.".into()); // the state stays
    }
    let keyboard = ReplyKeyboardMarkup::grid(1, [anonymous::button()]);
    message.answer("شمارهٔ شما؟").reply_markup(keyboard).await?;
    Ok(Goto(Order::Phone { dish, count }).into())
}

#[bale::on_message(state = Order::Count)]
async fn no_number() -> &'static str {
    "یک عدد، مثلاً ۲."
}

#[bale::on_message(state = Order::Phone { dish, count })]
async fn phone(contact: Contact, dish: String, count: u32) -> Step {
    Exit.reply(format!("{count} {dish}: با {} تماس می‌گیریم.", contact.phone_number))
}

#[bale::on_message("بدون شماره", state = Order::Phone { dish, count })]
async fn anonymous(dish: String, count: u32) -> Step {
    Exit.reply(format!("{count} {dish}: ثبت شد."))
}

/// What fits nothing else while an order is on its way.
#[bale::on_message(state = Order::_, priority = -1)]
async fn lost() -> &'static str {
    "این را نفهمیدم. /cancel سفارش را لغو می‌کند."
}

/// Forget the order.
#[bale::command(lane = "none")]
async fn cancel() -> Step {
    Exit::of::<Order>().reply("سفارش لغو شد.")
}

/// Book a table.
#[bale::command]
async fn table(message: Message) -> Result<String> {
    let people: u32 = message.ask("برای چند نفر؟").retry("یک عدد، مثلاً ۴.").await?;
    let name: String = message.ask("به چه نامی؟").await?;
    Ok(format!("میزی برای {people} نفر به نام {name}."))
}

/// Here states end with the process. With the feature `sqlite`, return
/// `App::collect().storage(Sqlite::open("orders.db")?)`, and they do not.
#[bale::main]
async fn main() {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bale::{App, storage::Memory, testing::TestBot};

    #[bale::test]
    async fn an_order(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/order").await;
        sara.expect_text("چه میل دارید؟").await;
        sara.send("کباب").await;
        sara.expect_text("چند تا؟").await;
        sara.send("زیاد").await;
        sara.expect_text("یک عدد، مثلاً ۲.").await;
        sara.send("۲").await;
        sara.expect_text("شمارهٔ شما؟").await;
        sara.send("بدون شماره").await;
        sara.expect_text("2 کباب: ثبت شد.").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_restart_in_the_middle() {
        let store = Arc::new(Memory::default());
        let bot = TestBot::with(move || App::collect().storage(Arc::clone(&store)));
        let sara = bot.user("سارا");
        sara.send("/order").await;
        sara.expect_text("چه میل دارید؟").await;
        bot.restart().await;
        sara.send("کباب").await;
        sara.expect_text("چند تا؟").await;
        bot.finish().await;
    }

    #[bale::test]
    async fn a_phone_number_ends_an_order(bot: TestBot) {
        let sara = bot.user("سارا");
        for (text, answer) in [
            ("/order", "چه میل دارید؟"),
            ("کباب", "چند تا؟"),
            ("0", "دست‌کم یکی."),
            ("1", "شمارهٔ شما؟"),
            ("چرا؟", "این را نفهمیدم. /cancel سفارش را لغو می‌کند."),
        ] {
            sara.send(text).await;
            sara.expect_text(answer).await;
        }
        sara.send_contact("0912").await;
        sara.expect_text("1 کباب: با 0912 تماس می‌گیریم.").await;
    }

    #[bale::test]
    async fn two_people_of_one_group(bot: TestBot) {
        let (sara, reza) = (bot.user("سارا"), bot.user("رضا"));
        let group = bot.group("همکاران", [&sara, &reza]);
        let (sara, reza) = (sara.in_chat(&group), reza.in_chat(&group));
        for person in [&sara, &reza] {
            person.send("/order").await;
            person.expect_text("چه میل دارید؟").await;
        }
        sara.send("کباب").await;
        sara.expect_text("چند تا؟").await;
        reza.send("/cancel").await;
        reza.expect_text("سفارش لغو شد.").await;
        sara.send("۱").await;
        sara.expect_text("شمارهٔ شما؟").await;
    }

    #[bale::test]
    async fn a_table(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/table").await;
        sara.expect_text("برای چند نفر؟").await;
        sara.send("۴").await;
        sara.expect_text("به چه نامی؟").await;
        sara.send("سارا").await;
        sara.expect_text("میزی برای 4 نفر به نام سارا.").await;
    }
}
