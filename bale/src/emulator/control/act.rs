//! Everything people can do, in one list: what the control API reads, what a transcript writes.

use std::{collections::VecDeque, ops::Range};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Blocking, Coming, ControlError, Edit, Going, NewAlbum, NewChat, NewContact, NewLocation,
    NewMedia, NewMember, NewMessage, NewWebAppData, Paying, Press, Refusing, ReplyPress, SentAlbum,
    SentCallback, SentPayment, SentUpdate,
};
use crate::emulator::{core::Core, time::Time};

/// How many deeds are remembered; the oldest give way.
const KEPT_DEEDS: usize = 10_000;

/// Something that people do.
pub(crate) trait Doing: Clone + Into<Act> {
    /// What became of it.
    type Done: Serialize;

    /// Does it.
    fn run(self, core: &mut Core, now: Time) -> Result<Self::Done, ControlError>;
}

/// A name, as the paths of the control API end; what it takes; what it does.
macro_rules! acts {
    ($($name:literal $act:ident: $body:ty => $done:ty = $run:expr;)*) => {
        /// One thing that somebody did.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum Act {
            $($act($body),)*
        }

        impl Act {
            /// What a body says is done, if there is such a thing to do.
            pub(crate) fn read(name: &str, body: &[u8]) -> Option<Result<Self, ControlError>> {
                match name {
                    $($name => Some(read::<$body>(body).map(Self::$act)),)*
                    _ => None,
                }
            }

            /// The end of its path.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Self::$act(_) => $name,)*
                }
            }

            /// What `read` reads, without what was not said.
            pub(crate) fn body(&self) -> Value {
                let mut body = match self {
                    $(Self::$act(body) => serde_json::to_value(body),)*
                }
                .unwrap_or_default();
                if let Some(fields) = body.as_object_mut() {
                    fields.retain(|_, value| !value.is_null());
                }
                body
            }

            /// Does it, and remembers that.
            pub(crate) fn perform(self, core: &mut Core, now: Time) -> Result<Value, ControlError> {
                match self {
                    $(Self::$act(body) => core.act(now, body).and_then(|done| {
                        serde_json::to_value(done).map_err(ControlError::new)
                    }),)*
                }
            }
        }

        $(
            impl From<$body> for Act {
                fn from(body: $body) -> Self {
                    Self::$act(body)
                }
            }

            impl Doing for $body {
                type Done = $done;

                fn run(self, core: &mut Core, now: Time) -> Result<$done, ControlError> {
                    let run: fn(&mut Core, Time, Self) -> Result<$done, ControlError> = $run;
                    run(core, now, self)
                }
            }
        )*
    };
}

acts! {
    "message" Message: NewMessage => SentUpdate = Core::write;
    "edited_message" Edit: Edit => SentUpdate = Core::edit;
    "callback" Press: Press => SentCallback = Core::press;
    "chat" Chat: NewChat => Nothing = |core, _, chat| core.add_chat(chat).map(|()| Nothing {});
    "user" User: NewUser => Nothing = |core, _, user| { core.name_user(user); Ok(Nothing {}) };
    "media" Media: NewMedia => SentUpdate = Core::send_media;
    "album" Album: NewAlbum => SentAlbum = Core::send_album;
    "contact" Contact: NewContact => SentUpdate = Core::share_contact;
    "location" Location: NewLocation => SentUpdate = Core::share_location;
    "web_app_data" WebAppData: NewWebAppData => SentUpdate = Core::send_web_app_data;
    "reply_button" ReplyButton: ReplyPress => SentUpdate = Core::press_reply_button;
    "member" Member: NewMember => Nothing =
        |core, _, member| core.set_member(&member).map(|()| Nothing {});
    "join" Join: Coming => Option<SentUpdate> = |core, now, coming| core.join(now, &coming);
    "leave" Leave: Going => Option<SentUpdate> = Core::leave;
    "block" Block: Blocking => Nothing =
        |core, _, blocking| core.block(blocking).map(|()| Nothing {});
    "pay" Pay: Paying => SentPayment = |core, now, paying| core.pay(now, &paying);
    "refuse_payment" RefusePayment: Refusing => Nothing =
        |core, now, refusing| core.refuse_payment(now, &refusing).map(|()| Nothing {});
}

/// What comes of a deed that the bot hears nothing of: `{}`.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Nothing {}

/// A person, before they do anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with user_id and first_name")]
pub(crate) struct NewUser {
    pub(crate) user_id: i64,
    pub(crate) first_name: String,
    pub(crate) username: Option<String>,
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::new(format_args!("body: {error}")))
}

/// Something that somebody did.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    pub(crate) act: Act,
    /// The number of the call that came next.
    pub(crate) next_call: u64,
    /// The updates that it became.
    pub(crate) updates: Range<i64>,
}

/// What people did, in order.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    deeds: VecDeque<Deed>,
    forgotten: usize,
}

impl Deeds {
    fn add(&mut self, deed: Deed) {
        if self.deeds.len() == KEPT_DEEDS {
            self.deeds.pop_front();
            self.forgotten += 1;
        }
        self.deeds.push_back(deed);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Deed> {
        self.deeds.iter()
    }

    /// How many old ones gave way.
    pub(crate) fn forgotten(&self) -> usize {
        self.forgotten
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Core {
    /// Somebody does something. What cannot be done is not remembered.
    pub(crate) fn act<D: Doing>(&mut self, now: Time, doing: D) -> Result<D::Done, ControlError> {
        let act = doing.clone().into();
        let (next_call, first) = (self.log().next_number(), self.queue.next_id());
        let done = doing.run(self, now)?;
        let updates = first..self.queue.next_id();
        self.deeds.add(Deed { act, next_call, updates });
        Ok(done)
    }

    /// A person gets a name. The bot does not know them by that, and cannot write to them yet.
    fn name_user(&mut self, new: NewUser) {
        let user = self.world.meet(new.user_id);
        user.first_name = new.first_name;
        user.username = new.username.or_else(|| user.username.take());
    }
}
