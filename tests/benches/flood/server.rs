//! A Bot API server that is cheap, so that what is measured is its client.

use std::{
    cell::{Cell, RefCell},
    io::{self, Write as _},
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::{LocalSet, spawn_local},
    time::{sleep, timeout},
};

use crate::{
    LATE,
    http::{Connection, Parameters, Request},
    options::Options,
    tally::{Report, Tally, chat_of},
    updates::command_update,
};

/// Parts of the flood after which the parent is told so, in percent.
pub const MILESTONES: [u64; 3] = [10, 50, 100];
const MOST_UPDATES: usize = 100;
const ME: &str = r#"{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"flood","username":"flood_bot"}}"#;
const TRUE: &str = r#"{"ok":true,"result":true}"#;
const NOT_FOUND: &str = r#"{"ok":false,"error_code":404,"description":"method not found"}"#;

/// Prints its port, serves one flood, prints the milestones and the report, and waits to be ended.
pub async fn run(options: &Options) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a loopback port is free");
    let port = listener.local_addr().expect("the listener is bound").port();
    let server = Rc::new(Server::new(options));
    tell(port);
    LocalSet::new()
        .run_until(async {
            spawn_local(accept(listener, Rc::clone(&server)));
            // Time being up shows in the report: replies are missing.
            let _ = timeout(options.limit, server.complete.notified()).await;
            sleep(LATE).await;
            let report = server.report();
            tell(serde_json::to_string(&report).expect("a report is plain data"));
            std::future::pending::<()>().await;
        })
        .await;
}

/// A line for the parent.
fn tell(line: impl std::fmt::Display) {
    let mut out = io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("the parent reads");
}

async fn accept(listener: TcpListener, server: Rc<Server>) {
    loop {
        let (stream, _) = listener.accept().await.expect("the listener is open");
        let server = Rc::clone(&server);
        spawn_local(async move {
            if let Err(error) = server.serve(stream).await {
                eprintln!("flood server: {error}");
            }
        });
    }
}

struct Server {
    hold: Duration,
    /// Each as JSON; the update at index `i` has the id `i + 1`.
    updates: Vec<String>,
    /// How many are confirmed.
    confirmed: Cell<usize>,
    started: Cell<Option<Instant>>,
    completed: Cell<Option<Instant>>,
    complete: Notify,
    tally: RefCell<Tally>,
}

enum Answer {
    Text(&'static str),
    Owned(String),
    /// So many of the oldest updates, after a wait.
    Updates(usize, Duration),
}

impl Server {
    fn new(&Options { updates, chats, hold, .. }: &Options) -> Self {
        let update =
            |i: usize| command_update(i as u64 + 1, chat_of(i, chats), &format!("/echo {i}"));
        Self {
            hold,
            updates: (0..updates).map(update).collect(),
            confirmed: Cell::new(0),
            started: Cell::new(None),
            completed: Cell::new(None),
            complete: Notify::new(),
            tally: RefCell::new(Tally::new(updates, chats)),
        }
    }

    fn report(&self) -> Report {
        let end = self.completed.get().unwrap_or_else(Instant::now);
        let seconds = self.started.get().map_or(0.0, |start| (end - start).as_secs_f64());
        Report { seconds, ..self.tally.borrow().report() }
    }

    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut connection = Connection::new(stream)?;
        while let Some(request) = connection.request().await? {
            match self.handle(&request)? {
                Answer::Text(text) => connection.answer([text.as_bytes()].into_iter()).await?,
                Answer::Owned(text) => connection.answer([text.as_bytes()].into_iter()).await?,
                Answer::Updates(count, wait) => {
                    if !wait.is_zero() {
                        sleep(wait).await;
                    }
                    self.hand_out(&mut connection, count).await?;
                }
            }
        }
        Ok(())
    }

    fn handle(&self, request: &Request<'_>) -> io::Result<Answer> {
        Ok(match request.method {
            "getUpdates" => self.poll(&request.parameters()?),
            "sendMessage" => self.receive(&request.parameters()?),
            "getMe" => Answer::Text(ME),
            "deleteWebhook" => Answer::Text(TRUE),
            _ => Answer::Text(NOT_FOUND),
        })
    }

    /// Confirms what is below the offset and says what to hand out.
    fn poll(&self, parameters: &Parameters<'_>) -> Answer {
        self.started.set(self.started.get().or_else(|| Some(Instant::now())));
        let below = parameters.offset.and_then(|offset| usize::try_from(offset - 1).ok());
        let confirmed = self.confirmed.get().max(below.unwrap_or(0)).min(self.updates.len());
        self.confirmed.set(confirmed);
        let limit = parameters.limit.unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
        let count = limit.min(self.updates.len() - confirmed);
        let hold = Duration::from_secs(parameters.timeout.unwrap_or(0)).min(self.hold);
        Answer::Updates(count, if count == 0 { hold } else { Duration::ZERO })
    }

    async fn hand_out(&self, connection: &mut Connection, count: usize) -> io::Result<()> {
        let first = self.confirmed.get();
        let updates = &self.updates[first..][..count];
        let separated = updates.iter().enumerate().flat_map(|(i, update)| {
            let separator: &[u8] = if i == 0 { b"" } else { b"," };
            [separator, update.as_bytes()]
        });
        let opening = std::iter::once(&br#"{"ok":true,"result":["#[..]);
        connection.answer(opening.chain(separated).chain(std::iter::once(&b"]}"[..]))).await
    }

    /// Counts a reply and answers the message that it became.
    fn receive(&self, parameters: &Parameters<'_>) -> Answer {
        let (Some(chat_id), Some(text)) = (parameters.chat_id, parameters.text.as_deref()) else {
            return Answer::Text(
                r#"{"ok":false,"error_code":400,"description":"chat_id and text are required"}"#,
            );
        };
        let mut tally = self.tally.borrow_mut();
        tally.count(chat_id, text);
        let replies = tally.report().replies;
        if MILESTONES.iter().any(|part| replies * 100 == self.updates.len() as u64 * part) {
            tell(replies);
        }
        if tally.is_complete() && self.completed.get().is_none() {
            self.completed.set(Some(Instant::now()));
            self.complete.notify_one();
        }
        Answer::Owned(sent(tally.report().replies, chat_id, text))
    }
}

/// The answer to `sendMessage`. The text is a number, or the tally calls it strange.
fn sent(message_id: u64, chat_id: u64, text: &str) -> String {
    let text = serde_json::to_string(text).expect("a string is JSON");
    format!(
        concat!(
            r#"{{"ok":true,"result":{{"message_id":{message_id},"#,
            r#""from":{{"id":123456,"is_bot":true,"first_name":"flood","username":"flood_bot"}},"#,
            r#""date":1764000000,"#,
            r#""chat":{{"id":{chat_id},"type":"private","first_name":"کاربر {chat_id}","#,
            r#""last_name":"آزمایشی","username":"user_{chat_id}"}},"text":{text}}}}}"#,
        ),
        message_id = message_id,
        chat_id = chat_id,
        text = text,
    )
}
