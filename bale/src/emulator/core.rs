//! The Bot API server as a pure state machine: no sockets, no clock, no runtime.
//!
//! [`Core::call`] takes one call and says what to answer, or that the answer waits for an update or a
//! moment; whoever drives it asks again with [`Core::resume`].

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    control::Deeds,
    fault::{Course, Ending, Fault, Faults},
    log::{CallId, CallLog, ReceivedCall},
    methods::{self, Method, Run},
    params::Params,
    queue::UpdateQueue,
    quirks::Quirks,
    refusal::Refusal,
    state::{User, World},
    story::Stories,
    strict,
    time::Time,
    webhook::Webhook,
};

/// How many hints are remembered; those after them are only with their calls.
const KEPT_HINTS: usize = 1000;

/// One call as it came in.
#[derive(Debug)]
pub(crate) struct Request<'r> {
    pub(crate) token: &'r str,
    /// The method's name in any letter case.
    pub(crate) method: &'r str,
    /// The parameters, or why they could not be read.
    pub(crate) params: Result<Params, Refusal>,
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Reply {
    fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, content_type: "application/json".to_owned(), body: body.into() }
    }

    pub(crate) fn result(result: &Value) -> Self {
        Self::json(200, json!({"ok": true, "result": result}).to_string())
    }

    /// A list of elements that may be anything; they go out byte for byte.
    pub(crate) fn raw_list(elements: &[Bytes]) -> Self {
        let body = [&b"{\"ok\":true,\"result\":["[..], &elements.join(&b','), b"]}"].concat();
        Self::json(200, body)
    }

    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        Self::json(refusal.status, refusal.body().to_string())
    }
}

/// What reaches the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The answer.
    Whole(Reply),
    /// Half of its body, then the connection closes.
    Truncated(Reply),
    /// Nothing: the connection closes, the call was not carried out.
    Refused,
    /// Nothing: the connection closes, the call was carried out.
    Lost,
}

/// What to do about a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Send(Delivery),
    Wait(Ticket),
}

/// A call that waits. It ends by [`Core::resume`] or, when the client goes away, by [`Core::abandon`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    call: CallId,
    awaits: Awaits,
}

/// What a call waits for.
#[derive(Debug, PartialEq, Eq)]
enum Awaits {
    /// It is never answered.
    Nothing,
    /// Updates; then its answer travels like this.
    Updates(Poll, Ending),
    /// The moment at which its answer, which is ready, arrives.
    Arrival(Time, Delivery),
}

impl Ticket {
    /// When to ask again at the latest.
    pub(crate) fn deadline(&self) -> Option<Time> {
        match self.awaits {
            Awaits::Nothing => None,
            Awaits::Updates(poll, _) => Some(poll.deadline),
            Awaits::Arrival(at, _) => Some(at),
        }
    }
}

/// What a long poll waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) limit: usize,
    pub(crate) deadline: Time,
}

/// The server of one bot.
#[derive(Debug)]
pub(crate) struct Core {
    token: String,
    bot: User,
    pub(crate) world: World,
    pub(crate) queue: UpdateQueue,
    pub(crate) webhook: Webhook,
    faults: Faults,
    log: CallLog,
    /// The long poll that is being held; a newer one ends it.
    poll: Option<CallId>,
    /// The update whose handler makes the next call, if the driver knows it.
    pub(crate) cause: Option<i64>,
    pub(crate) deeds: Deeds,
    pub(crate) stories: Stories,
    /// How often everything was forgotten.
    pub(crate) resets: u64,
    /// Whether what Bale does not know is refused; it is told as a hint anyway.
    pub(crate) strict: bool,
    hints: Vec<String>,
}

impl Core {
    /// A server that knows this bot and nobody else.
    pub(crate) fn new(token: String, bot: User) -> Self {
        Self {
            token,
            world: World::new(bot.clone(), Quirks::default()),
            bot,
            // Source: docs.bale.ai#update (update_id starts at 0), official; nobody reported a real first one.
            queue: UpdateQueue::starting_at(0),
            webhook: Webhook::default(),
            faults: Faults::default(),
            log: CallLog::default(),
            poll: None,
            cause: None,
            deeds: Deeds::default(),
            stories: Stories::default(),
            resets: 0,
            strict: false,
            hints: Vec::new(),
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn bot(&self) -> &User {
        &self.bot
    }

    /// Changes the bot's own account, before anybody met it.
    pub(crate) fn set_bot(&mut self, bot: User) {
        self.world = World::new(bot.clone(), self.world.quirks.clone());
        self.bot = bot;
    }

    pub(crate) fn add_fault(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// What a fault makes of something that is no call.
    pub(crate) fn take_fault(&mut self, name: &str) -> Course {
        self.faults.take(name)
    }

    /// The faults still to come.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(crate) fn log(&self) -> &CallLog {
        &self.log
    }

    pub(crate) fn calls(&self) -> Vec<ReceivedCall> {
        self.log.all()
    }

    pub(crate) fn clear_calls(&mut self) {
        self.log.clear();
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Forgets chats, users, files, updates, calls, faults and the webhook. Quirks, `update_id` and running
    /// calls go on.
    pub(crate) fn reset(&mut self) {
        self.world = World::new(self.bot.clone(), self.world.quirks.clone());
        self.queue.clear();
        self.webhook.reset();
        self.faults.clear();
        self.log.clear();
        self.deeds.clear();
        self.stories.clear();
        self.resets += 1;
    }

    /// What the bot said that Bale does not know, each once since the start.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    /// What a call says that Bale does not know.
    fn hints_of(&mut self, name: &str, method: Option<&Method>, params: &Params) -> Vec<String> {
        let problems = match method {
            Some(method) => strict::problems(method.name, params),
            None => vec![strict::unknown_method(name)],
        };
        for problem in &problems {
            if self.hints.len() < KEPT_HINTS && !self.hints.contains(problem) {
                self.hints.push(problem.clone());
            }
        }
        problems
    }

    /// Takes one call.
    pub(crate) fn call(&mut self, now: Time, request: Request<'_>) -> Answer {
        let quirks = &self.world.quirks;
        let method =
            methods::find(request.method).or_else(|| methods::alias(quirks, request.method));
        let name = method.map_or(request.method, |method| method.name);
        let params = request.params.as_ref().map_or(Value::Null, Params::to_json);
        let cause = self.cause.take();
        let call = self.log.open(now, name, params, cause);
        let course = self.faults.take(name);
        // Of a stranger nothing is learned.
        let hints = match &request.params {
            Ok(params) if request.token == self.token => self.hints_of(name, method, params),
            _ => Vec::new(),
        };
        let refusal = (self.strict && !hints.is_empty()).then(|| {
            let hints = hints.join("; ");
            if method.is_some() { Refusal::strict(hints) } else { Refusal::strict_method(hints) }
        });
        self.log.hint(call, hints);
        if course != Course::Serve(Ending::Whole) {
            self.log.mark_faulted(call);
        }
        match course {
            Course::Answer(reply) => self.finish(now, call, Delivery::Whole(reply)),
            Course::Drop => self.finish(now, call, Delivery::Refused),
            Course::Hang => Answer::Wait(Ticket { call, awaits: Awaits::Nothing }),
            Course::Serve(ending) => {
                let served = match refusal {
                    Some(refusal) => Err(refusal),
                    None => self.serve(now, call, request, method.map(|method| method.run)),
                };
                match served.unwrap_or_else(|refusal| Served::Reply(self.refuse(refusal))) {
                    Served::Reply(reply) => self.answer(now, call, reply, ending),
                    Served::Wait(poll) => {
                        Answer::Wait(Ticket { call, awaits: Awaits::Updates(poll, ending) })
                    }
                }
            }
        }
    }

    fn serve(
        &mut self,
        now: Time,
        call: CallId,
        request: Request<'_>,
        run: Option<Run>,
    ) -> Result<Served, Refusal> {
        if request.token != self.token {
            return Err(Refusal::unknown_token());
        }
        let run = run.ok_or_else(Refusal::not_found)?;
        let params = request.params?;
        match run {
            Run::Poll(run) => {
                let served = run(self, now, &params)?;
                // A poll that is answered at once also ends the one before it.
                self.poll = matches!(served, Served::Wait(_)).then_some(call);
                Ok(served)
            }
            Run::Plain(run) => Ok(Served::Reply(Reply::result(&run(self, now, &params)?))),
        }
    }

    /// A refusal with the status and code that the quirks give it.
    fn refuse(&self, mut refusal: Refusal) -> Reply {
        let quirks = &self.world.quirks;
        if quirks.unknown_chat_is_400 && refusal == Refusal::unknown_chat() {
            refusal.status = 400;
        }
        if refusal == Refusal::unknown_token() {
            refusal = Refusal::wrong_token(quirks.wrong_token);
        }
        let mut reply = Reply::refusal(&refusal);
        if quirks.failures_with_status_200 {
            reply.status = 200;
        }
        reply
    }

    /// The bytes and MIME type of a file, if this path leads to it and it has any.
    pub(crate) fn download(&self, now: Time, path: &str) -> Option<(Bytes, Option<String>)> {
        let files = &self.world.files;
        let by_id = || self.world.quirks.file_id_is_a_path.then(|| files.find(path)).flatten();
        let file = files.get(files.follow(now, path).or_else(by_id)?);
        file.bytes.clone().map(|bytes| (bytes, file.mime_type.clone()))
    }

    /// Takes a download; none if it is never answered. Faults know it as `download`.
    pub(crate) fn fetch(&mut self, now: Time, token: &str, path: &str) -> Option<Delivery> {
        let ending = match self.faults.take("download") {
            Course::Answer(reply) => return Some(Delivery::Whole(reply)),
            Course::Drop => return Some(Delivery::Refused),
            Course::Hang => return None,
            Course::Serve(ending) => ending,
        };
        let reply = if token == self.token {
            match self.download(now, path) {
                Some((body, mime_type)) => {
                    let unknown = || "application/octet-stream".to_owned();
                    Reply { status: 200, content_type: mime_type.unwrap_or_else(unknown), body }
                }
                // What Bale answers for an old link is not documented.
                None => Reply::refusal(&Refusal::not_found()),
            }
        } else {
            self.refuse(Refusal::unknown_token())
        };
        Some(ending.of(reply))
    }

    /// Looks again at a call that waits.
    pub(crate) fn resume(&mut self, now: Time, ticket: Ticket) -> Answer {
        let Ticket { call, awaits } = ticket;
        let (poll, ending) = match awaits {
            Awaits::Nothing => return Answer::Wait(Ticket { call, awaits }),
            Awaits::Arrival(at, delivery) if now >= at => {
                return self.finish(now, call, delivery);
            }
            Awaits::Arrival(..) => return Answer::Wait(Ticket { call, awaits }),
            Awaits::Updates(poll, ending) => (poll, ending),
        };
        let reply = if self.poll == Some(call) {
            self.queue.expire(now);
            let elements = self.queue.first(poll.limit);
            if elements.is_empty() && now < poll.deadline {
                return Answer::Wait(Ticket { call, awaits: Awaits::Updates(poll, ending) });
            }
            self.poll = None;
            Reply::raw_list(&elements)
        } else {
            self.refuse(methods::replaced_poll())
        };
        self.answer(now, call, reply, ending)
    }

    /// Sends the answer of a call that was carried out on its way.
    fn answer(&mut self, now: Time, call: CallId, reply: Reply, ending: Ending) -> Answer {
        match ending {
            Ending::Late(time) => {
                let awaits = Awaits::Arrival(now + time, Delivery::Whole(reply));
                Answer::Wait(Ticket { call, awaits })
            }
            ending => self.finish(now, call, ending.of(reply)),
        }
    }

    /// The client of a waiting call is gone.
    pub(crate) fn abandon(&mut self, now: Time, ticket: &Ticket) {
        if self.poll == Some(ticket.call) {
            self.poll = None;
        }
        self.log.close(now, ticket.call, None);
    }

    /// Whether a long poll is being held.
    pub(crate) fn is_polling(&self) -> bool {
        self.poll.is_some()
    }

    /// Ends the poll that is being held, as a new webhook does.
    pub(crate) fn end_poll(&mut self) {
        self.poll = None;
    }

    fn finish(&mut self, now: Time, call: CallId, delivery: Delivery) -> Answer {
        let answer = match &delivery {
            Delivery::Whole(reply) | Delivery::Truncated(reply) => {
                Some((reply.status, reply.body.clone()))
            }
            Delivery::Refused | Delivery::Lost => None,
        };
        self.log.close(now, call, answer);
        Answer::Send(delivery)
    }
}

/// How a method ended.
#[derive(Debug)]
pub(crate) enum Served {
    Reply(Reply),
    Wait(Poll),
}

impl Ending {
    fn of(self, reply: Reply) -> Delivery {
        match self {
            Self::Whole | Self::Late(_) => Delivery::Whole(reply),
            Self::Replaced(other) => Delivery::Whole(other),
            Self::Truncated => Delivery::Truncated(reply),
            Self::Lost => Delivery::Lost,
        }
    }
}
