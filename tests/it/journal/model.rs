//! Random days in the life of a bot with a journal, against what must be true of any.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Act {
    /// People write so many messages, in this chat and the next ones.
    Write(i64, usize),
    /// The server forgets how far it was told, and brings the last updates again.
    Repeat(usize),
    /// Handlers that wait at the gate go on; so do later ones, or they wait again.
    Gate(bool),
    /// Something happens, so that acts do not all fall into one moment.
    Pause(u64),
    Kill,
    Stop,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0_i64..5, 1_usize..40).prop_map(|(chat, count)| Act::Write(chat, count)),
        1 => (1_usize..30).prop_map(Act::Repeat),
        2 => any::<bool>().prop_map(Act::Gate),
        3 => (0_u64..4).prop_map(Act::Pause),
        1 => Just(Act::Kill),
        1 => Just(Act::Stop),
    ]
}

/// A message of this text, as the server writes it.
fn update(id: usize, chat: i64) -> String {
    format!(
        r#"{{"update_id":{id},"message":{{"message_id":1,"date":0,"chat":{{"id":{chat},"type":"private"}},
        "from":{{"id":{chat},"is_bot":false,"first_name":"a"}},"text":"slow {chat} {id}"}}}}"#
    )
}

/// Lives through the acts; gives what was written, and what the handlers of each bot did.
async fn live(acts: &[Act]) -> (Vec<String>, Vec<Vec<String>>) {
    let folder = Folder::new();
    let mut written: Vec<String> = Vec::new();
    let mut texts = Vec::new();
    let mut books = vec![Book::new()];
    let app = |book: &Book| {
        let app = book.app(&file(&folder)).in_flight(6, 2);
        app.drain_deadline(Duration::from_millis(2))
    };
    let mut rig = Rig::against(Emulator::new(TOKEN), app(&books[0]));
    for act in acts {
        match *act {
            Act::Write(chat, count) => {
                for number in 0..count {
                    let chat = chat + i64::try_from(number).expect("small") % 2;
                    texts.push(format!("slow {chat} {}", written.len()));
                    written.push(update(written.len(), chat));
                    rig.emulator.raw_update(written.last().expect("just now").clone());
                }
            }
            Act::Repeat(count) => {
                for update in &written[written.len().saturating_sub(count)..] {
                    rig.emulator.raw_update(update.clone());
                }
            }
            Act::Gate(open) => drop(books.last().expect("one").open.send_replace(open)),
            Act::Pause(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
            Act::Kill => {
                let emulator = kill(rig).await;
                books.push(Book::new());
                rig = Rig::against(emulator, app(books.last().expect("one")));
            }
            Act::Stop => {
                let emulator = rig.emulator.clone();
                within(rig.stop()).await.expect("it stops");
                books.push(Book::new());
                rig = Rig::against(emulator, app(books.last().expect("one")));
            }
        }
    }
    let last = books.last().expect("one");
    last.open.send_replace(true);
    let is_done = |books: &[Book]| {
        let done: std::collections::HashSet<String> = books.iter().flat_map(Book::done).collect();
        done.len() == texts.len()
    };
    let waited = timeout(Duration::from_secs(10), async {
        while !is_done(&books) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    // What is missing is seen by the one who asked.
    let _ = waited.await;
    within(rig.emulator.idle()).await;
    within(rig.stop()).await.expect("it stops");
    (texts, books.iter().map(Book::done).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_is_lost_doubled_or_turned_around(
        acts in prop::collection::vec(act(), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (written, lives) = runtime.block_on(live(&acts));
        let mut done: Vec<&String> = lives.iter().flatten().collect();
        for text in &written {
            prop_assert!(done.contains(&text), "{} is lost", text);
        }
        for life in &lives {
            let mut once = life.clone();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), life.len(), "one bot did something twice: {:?}", life);
        }
        // A handler that ended just before a crash may run again. No more than were in flight did.
        let (again, crashes) = (done.len() - written.len(), lives.len() - 1);
        prop_assert!(again <= 6 * crashes, "{} again after {} ends", again, crashes);
        let mut seen = std::collections::HashSet::new();
        done.retain(|text| seen.insert(*text));
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        for text in done {
            let mut words = text.split(' ').skip(1);
            let (chat, number) = (words.next().unwrap(), words.next().unwrap().parse().unwrap());
            let before = last.insert(chat, number);
            prop_assert!(before < Some(number), "{} after {:?}", text, before);
        }
    }
}
