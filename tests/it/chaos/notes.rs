//! What handlers did, over all lives of a bot.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{Message, Result, State, Text};
use tokio::time::{Instant, sleep};

use super::plan::Ending;

/// One call of the handler.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Which of the bot's lives.
    pub(super) life: usize,
    pub(super) chat: i64,
    pub(super) number: usize,
    pub(super) began: Instant,
    /// None if it was cut off.
    pub(super) ended: Option<Instant>,
    /// Whether it tried to send its answer, and then whether it knows that this worked.
    pub(super) sent: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<Vec<Run>>);

/// The notes of one life.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) number: usize,
    pub(super) notes: Arc<Notes>,
}

impl Notes {
    pub(super) fn runs(&self) -> Vec<Run> {
        self.0.lock().expect("nothing panics while it writes").clone()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Run>) -> T) -> T {
        change(&mut self.0.lock().expect("nothing panics while it writes"))
    }
}

/// Ends the run, also by a panic, but not when the bot is killed or stopped: then it never ended.
struct Running {
    notes: Arc<Notes>,
    index: usize,
}

impl Running {
    fn end(&self, sent: Option<bool>) {
        self.notes.change(|runs| {
            runs[self.index].ended = Some(Instant::now());
            runs[self.index].sent = sent;
        });
    }
}

/// What a message says: its number, how long to work, and how to end.
pub(super) fn text(number: usize, work: Duration, ending: Ending) -> String {
    format!("{number} {} {ending:?}", work.as_millis())
}

pub(super) async fn work(message: Message, Text(text): Text, life: State<Life>) -> Result {
    let words: Vec<&str> = text.split(' ').collect();
    let (number, millis, ending) = (words[0].parse()?, words[1].parse()?, words[2]);
    let run = Run {
        life: life.number,
        chat: message.chat().id,
        number,
        began: Instant::now(),
        ended: None,
        sent: None,
    };
    let index = life.notes.change(|runs| {
        runs.push(run);
        runs.len() - 1
    });
    let running = Running { notes: Arc::clone(&life.notes), index };
    sleep(Duration::from_millis(millis)).await;
    match ending {
        "Fails" => {
            running.end(None);
            Err("as asked".into())
        }
        "Panics" => {
            running.end(None);
            // Not `panic!`, whose hook would print thousands of these.
            std::panic::resume_unwind(Box::new("as asked"))
        }
        _ => {
            running.notes.change(|runs| runs[index].sent = Some(false));
            let sent = message.answer(number.to_string()).await;
            running.end(Some(sent.is_ok()));
            sent?;
            Ok(())
        }
    }
}
