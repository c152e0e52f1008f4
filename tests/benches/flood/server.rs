//! A Bot API server that is cheap, so that what is measured is its client.

use std::{
    cell::{Cell, RefCell},
    io::{self, Write as _},
    ops::Range,
    rc::Rc,
    time::{Duration, Instant, SystemTime},
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::{LocalSet, spawn_local},
    time::{sleep, timeout},
};

use crate::{
    LATE,
    http::{Connection, Request},
    options::Options,
    parameters::Parameters,
    tally::{Report, Tally, chat_of},
    updates::{command_update, text_update},
};

/// Parts of the flood after which the parent is told so, in percent.
pub const MILESTONES: [u64; 3] = [10, 50, 100];
/// Said when the first update is handed out.
pub const BEGUN: &str = "begun";
const MOST_UPDATES: usize = 100;
const ME: &str = concat!(
    r#"{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"flood","username":"flood_bot","#,
    // Telegram's clients do not start without these.
    r#""can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false,"#,
    r#""can_connect_to_business":false,"has_main_web_app":false}}"#,
);
const NO_WEBHOOK: &str = concat!(
    r#"{"ok":true,"result":{"url":"","has_custom_certificate":false,"#,
    r#""pending_update_count":0}}"#,
);
const TRUE: &str = r#"{"ok":true,"result":true}"#;
const NOT_FOUND: &str = r#"{"ok":false,"error_code":404,"description":"method not found"}"#;

/// Prints its port, a line when the first update is handed out, the milestones and the report, and waits to be ended.
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
            match server.serve(stream).await {
                // A bot is killed when its flood is over. If it went before, replies are missing.
                Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                    eprintln!("flood server: {error}");
                }
                _ => {}
            }
        });
    }
}

struct Server {
    hold: Duration,
    /// What every call takes, as if the server were far away.
    latency: Duration,
    /// Each as JSON; the update at index `i` has the id `i + 1`.
    updates: Vec<String>,
    /// In seconds of the Unix clock.
    first_poll: Cell<Option<f64>>,
    started: Cell<Option<Instant>>,
    completed: Cell<Option<Instant>>,
    complete: Notify,
    /// What polls that brought updates took, and replies.
    polls: Cell<Taken>,
    replies: Cell<Taken>,
    tally: RefCell<Tally>,
}

/// What calls took.
#[derive(Clone, Copy, Default)]
struct Taken {
    calls: u32,
    time: Duration,
}

impl Taken {
    fn add(taken: &Cell<Self>, began: Instant) {
        let Self { calls, time } = taken.get();
        taken.set(Self { calls: calls + 1, time: time + began.elapsed() });
    }

    fn mean(self) -> f64 {
        self.time.as_secs_f64() / f64::from(self.calls.max(1))
    }
}

enum Answer {
    Text(&'static str),
    /// The message that a reply became.
    Sent(String),
    /// Those at these indices.
    Updates(Range<usize>),
    /// None, after a wait.
    Nothing(Duration),
}

impl Server {
    fn new(&Options { updates, chats, hold, latency, texts, .. }: &Options) -> Self {
        let update = |i: usize| {
            let (update_id, chat_id) = (i as u64 + 1, chat_of(i, chats));
            if texts {
                text_update(update_id, chat_id, &i.to_string())
            } else {
                command_update(update_id, chat_id, &format!("/echo {i}"))
            }
        };
        Self {
            hold,
            latency,
            updates: (0..updates).map(update).collect(),
            first_poll: Cell::new(None),
            started: Cell::new(None),
            completed: Cell::new(None),
            complete: Notify::new(),
            polls: Cell::default(),
            replies: Cell::default(),
            tally: RefCell::new(Tally::new(updates, chats)),
        }
    }

    fn report(&self) -> Report {
        let end = self.completed.get().unwrap_or_else(Instant::now);
        let seconds = self.started.get().map_or(0.0, |start| (end - start).as_secs_f64());
        Report {
            seconds,
            first_poll: self.first_poll.get().unwrap_or(0.0),
            in_flight: self.replies.get().time.as_secs_f64() / seconds,
            reply_took: self.replies.get().mean(),
            poll_took: self.polls.get().mean(),
            ..self.tally.borrow().report()
        }
    }

    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut connection = Connection::new(stream)?;
        while let Some(request) = connection.request().await? {
            let began = Instant::now();
            let answer = self.handle(&request)?;
            if !self.latency.is_zero() {
                sleep(self.latency).await;
            }
            match answer {
                Answer::Text(text) => connection.answer([text.as_bytes()].into_iter()).await?,
                Answer::Sent(text) => {
                    connection.answer([text.as_bytes()].into_iter()).await?;
                    Taken::add(&self.replies, began);
                }
                Answer::Updates(which) => {
                    self.hand_out(&mut connection, which).await?;
                    Taken::add(&self.polls, began);
                }
                Answer::Nothing(wait) => {
                    sleep(wait).await;
                    self.hand_out(&mut connection, 0..0).await?;
                }
            }
        }
        Ok(())
    }

    fn handle(&self, request: &Request<'_>) -> io::Result<Answer> {
        // teloxide writes them with a capital.
        let is = |name: &str| request.method.eq_ignore_ascii_case(name);
        Ok(if is("sendMessage") {
            self.receive(&request.parameters()?)
        } else if is("getUpdates") {
            self.poll(&request.parameters()?)
        } else if is("getMe") {
            Answer::Text(ME)
        } else if is("getWebhookInfo") {
            Answer::Text(NO_WEBHOOK)
        } else if request.method.starts_with("get") {
            Answer::Text(NOT_FOUND)
        } else {
            // `deleteWebhook`, `setMyCommands` and the like.
            Answer::Text(TRUE)
        })
    }

    /// Confirms what is below the offset and says what to hand out.
    fn poll(&self, parameters: &Parameters<'_>) -> Answer {
        if self.first_poll.get().is_none() {
            self.first_poll.set(Some(unix_seconds()));
            // Some clients throw away what waits for them when they start.
            return Answer::Nothing(Duration::ZERO);
        }
        let below = parameters.offset.and_then(|offset| usize::try_from(offset - 1).ok());
        let confirmed = self.tally.borrow_mut().confirm(below.unwrap_or(0));
        let limit = parameters.limit.and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
        let count = limit.min(self.updates.len() - confirmed);
        if count == 0 {
            let timeout = parameters.timeout.and_then(|timeout| u64::try_from(timeout).ok());
            return Answer::Nothing(Duration::from_secs(timeout.unwrap_or(0)).min(self.hold));
        }
        if self.started.get().is_none() {
            self.started.set(Some(Instant::now()));
            tell(BEGUN);
        }
        Answer::Updates(confirmed..confirmed + count)
    }

    async fn hand_out(&self, connection: &mut Connection, which: Range<usize>) -> io::Result<()> {
        let updates = &self.updates[which];
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
        Answer::Sent(sent(tally.report().replies, chat_id, text))
    }
}

/// Now, on a clock that all processes share.
pub fn unix_seconds() -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.expect("it is after 1970").as_secs_f64()
}

/// The answer to `sendMessage`. The text is a number, or the tally calls it strange.
fn sent(message_id: u64, chat_id: i64, text: &str) -> String {
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
