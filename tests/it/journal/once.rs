//! Effects that are not repeated.

use std::sync::atomic::{AtomicUsize, Ordering};

use bale::{
    HandlerError,
    once::{Effects, OnceError},
};

use super::*;

/// How often the effect was begun.
#[derive(Clone, Default)]
struct Begun(Arc<AtomicUsize>);

impl Begun {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits at the gate, when it is told to.
    async fn effect(&self, book: &Book, text: &str) -> std::io::Result<String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let mut open = book.open.subscribe();
        let _ = open.wait_for(|open| *open || text != "in it").await;
        if text == "fails" && self.count() == 1 {
            return Err(std::io::Error::other("no"));
        }
        Ok(format!("result {}", self.count()))
    }
}

async fn pay(
    cx: Effects,
    Text(text): Text,
    begun: bale::State<Begun>,
    book: bale::State<Book>,
) -> Result {
    let result = cx.once("pay", begun.effect(&book, &text)).await?;
    let mut open = book.open.subscribe();
    let _ = open.wait_for(|open| *open || text != "after it").await;
    book.write(&result);
    Ok(())
}

async fn failed(error: HandlerError, book: bale::State<Book>) {
    book.write(&error.to_string());
}

fn app(folder: &Folder, begun: &Begun, book: &Book) -> App {
    App::new().journal(file(folder)).state(begun.clone()).state(book.clone()).on_error(failed)
}

/// What a bot did that was killed while it handled `text`, and what the next one did.
async fn crashed(text: &str) -> (usize, Vec<String>) {
    let (folder, begun, book) = (Folder::new(), Begun::default(), Book::new());
    book.open.send_replace(false);
    let rig = Rig::start(app(&folder, &begun, &book).on_message(pay));
    rig.says(text);
    within(rig.emulator.idle()).await;
    let started = async {
        while begun.count() == 0 {
            tokio::task::yield_now().await;
        }
    };
    within(started).await;
    // Until what is stored is stored.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let emulator = kill(rig).await;
    let book = Book::new();
    let rig = Rig::against(emulator, app(&folder, &begun, &book).on_message(pay));
    let done = book.wait(1).await;
    rig.stop().await.unwrap();
    (begun.count(), done)
}

#[tokio::test]
async fn what_was_done_is_not_done_again() {
    assert_eq!(crashed("after it").await, (1, vec!["result 1".to_owned()]));
}

#[tokio::test]
async fn what_was_interrupted_is_not_done_again_and_the_author_is_told() {
    let (count, done) = crashed("in it").await;
    assert_eq!(count, 1);
    expect!["handler `pay` (tests/it/journal/once.rs:71) failed on update 0: `update 0/pay` was begun before, and nobody knows whether it was done: it is not begun again"]
    .assert_eq(&done[0]);
}

async fn pay_twice(
    cx: Effects,
    Text(text): Text,
    begun: bale::State<Begun>,
    book: bale::State<Book>,
) -> Result {
    for _ in 0..2 {
        match cx.once("pay", begun.effect(&book, &text)).await {
            Ok(result) => book.write(&result),
            Err(error) => book.write(&error.to_string()),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_key_belongs_to_its_update() {
    let (folder, begun, book) = (Folder::new(), Begun::default(), Book::new());
    let rig = Rig::start(app(&folder, &begun, &book).on_message(pay_twice));
    rig.says("a");
    rig.says("b");
    assert_eq!(book.wait(4).await, ["result 1", "result 1", "result 2", "result 2"]);
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn what_failed_is_begun_again() {
    let (folder, begun, book) = (Folder::new(), Begun::default(), Book::new());
    let rig = Rig::start(app(&folder, &begun, &book).on_message(pay_twice));
    rig.says("fails");
    assert_eq!(book.wait(2).await, ["no", "result 2"]);
    rig.stop().await.unwrap();
}

async fn greet(cx: Effects, message: Message, book: bale::State<Book>) -> Result {
    for _ in 0..2 {
        match cx.once("greet", message.reply("سلام")).await {
            Ok(sent) => {
                // It is bound, wherever it comes from.
                sent.edit(format!("سلام {}", sent.message_id)).await?;
                book.write("sent");
            }
            Err(OnceError::Failed { error }) => book.write(&format!("failed: {error}")),
            Err(error) => book.write(&error.to_string()),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_message_is_sent_once_and_comes_back_with_its_verbs() {
    let (folder, book) = (Folder::new(), Book::new());
    let rig = Rig::start(App::new().journal(file(&folder)).state(book.clone()).on_message(greet));
    rig.says("hi");
    book.wait(2).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"سلام"}
        editMessageText {"chat_id":1,"message_id":2,"text":"سلام 2"}
        editMessageText {"chat_id":1,"message_id":2,"text":"سلام 2"}
    "#]]
    .assert_eq(&rig.transcript().await);
    rig.stop().await.unwrap();
}

#[tokio::test]
async fn a_call_that_may_have_been_sent_counts_as_interrupted() {
    use bale::emulator::{Fault, FaultAction};

    let (folder, book) = (Folder::new(), Book::new());
    let rig = Rig::start(App::new().journal(file(&folder)).state(book.clone()).on_message(greet));
    rig.emulator.fault(Fault::new(FaultAction::DropAfterAcceptance).on("sendMessage"));
    rig.says("hi");
    expect![[r#"
        failed: sendMessage: network failure: the connection broke: the emulator closed the connection
        `update 0/greet` was begun before, and nobody knows whether it was done: it is not begun again"#]].assert_eq(&book.wait(2).await.join("\n"));
    assert_eq!(rig.emulator.messages(1).len(), 2, "one was asked, one was sent");
    rig.stop().await.unwrap();
}

async fn typed(cx: Effects, Text(text): Text, book: bale::State<Book>) -> Result {
    let _ = cx.once("x", async { std::io::Result::Ok(text) }).await?;
    let number = cx.once("x", async { std::io::Result::Ok(7) }).await;
    book.write(&number.map_err(|error| error.to_string()).unwrap_err());
    Ok(())
}

#[tokio::test]
async fn a_result_of_another_type_is_told_of() {
    let (folder, book) = (Folder::new(), Book::new());
    let rig = Rig::start(App::new().journal(file(&folder)).state(book.clone()).on_message(typed));
    rig.says("hi");
    expect![[r#"`update 0/x` was done before, and its result cannot be read: invalid type: string "hi", expected i32 at line 1 column 4"#]].assert_eq(&book.wait(1).await.join("\n"));
    rig.stop().await.unwrap();
}

async fn retried(
    cx: Effects,
    Text(text): Text,
    begun: bale::State<Begun>,
    book: bale::State<Book>,
) -> Result {
    book.write(&cx.once("pay", begun.effect(&book, &text)).retry().await?);
    Ok(())
}

#[tokio::test]
async fn with_retry_what_was_interrupted_is_begun_again() {
    let (folder, begun, book) = (Folder::new(), Begun::default(), Book::new());
    book.open.send_replace(false);
    let rig = Rig::start(app(&folder, &begun, &book).on_message(retried));
    rig.says("in it");
    within(rig.emulator.idle()).await;
    while begun.count() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let emulator = kill(rig).await;
    let book = Book::new();
    let rig = Rig::against(emulator, app(&folder, &begun, &book).on_message(retried));
    assert_eq!(book.wait(1).await, ["result 2"]);
    rig.stop().await.unwrap();
}
