// Everything the page knows, and who wants to hear of changes.

const listeners = new Map();

/** How long a typing indicator stays. */
const ACTION_LIFE = 5000;

/** How many messages come at once at most. */
const PIECE = 500;

function key(chatId, messageId) {
  return `${chatId}/${messageId}`;
}

export const store = {
  connected: true,
  info: { bot: { id: 0, first_name: "" }, token: "", clock: {}, faults: [], can_crash: false },
  users: new Map(),
  chats: new Map(),
  /** By chat: a sorted list of messages. */
  messages: new Map(),
  updates: new Map(),
  calls: new Map(),
  stories: new Map(),
  /** Which update a message of a person became, and which calls wrote or changed a message. */
  updateOf: new Map(),
  callsOf: new Map(),
  callsOfUpdate: new Map(),
  /** Pressed buttons by the id of the query. */
  presses: new Map(),
  /** The update of a payment, by the id of its query. */
  checkouts: new Map(),
  actions: new Map(),
  lastChange: new Map(),

  /** Calls `listener` after changes of this kind: info, chats, messages, calls, connection, answer, arrived, caught_up. */
  on(kind, listener) {
    if (!listeners.has(kind)) listeners.set(kind, new Set());
    listeners.get(kind).add(listener);
    return () => listeners.get(kind).delete(listener);
  },

  tell(kind, detail) {
    for (const listener of listeners.get(kind) ?? []) listener(detail);
  },

  setConnected(connected) {
    if (this.connected !== connected) {
      this.connected = connected;
      this.tell("connection");
    }
  },

  people() {
    return [...this.users.values()].filter((user) => !user.is_bot);
  },

  name(userId) {
    return this.users.get(userId)?.first_name ?? `${userId}`;
  },

  chatName(chat) {
    if (!chat) return "";
    return chat.type === "private" ? this.name(chat.id) : chat.title ?? `${chat.id}`;
  },

  in(chatId) {
    if (!this.messages.has(chatId)) this.messages.set(chatId, []);
    return this.messages.get(chatId);
  },

  message(chatId, messageId) {
    const list = this.in(chatId);
    return list[place(list, messageId)];
  },

  updateOfMessage(chatId, messageId) {
    return this.updateOf.get(key(chatId, messageId));
  },

  callsOfMessage(chatId, messageId) {
    return (this.callsOf.get(key(chatId, messageId)) ?? []).map((number) => this.calls.get(number));
  },

  /** The last keyboard that is not inline, unless it was taken away. */
  replyKeyboard(chatId) {
    const list = this.in(chatId);
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const markup = list[index].reply_markup;
      if (markup && !markup.inline_keyboard) return markup.keyboard ? markup : null;
    }
    return null;
  },

  /** What the emulator's clock shows, in milliseconds. */
  now() {
    const { ahead, paused_at: paused } = this.info.clock;
    return paused ?? Date.now() + (ahead ?? 0) * 1000;
  },

  /** Whether the bot's time to agree to a payment is over. */
  isLate(payment) {
    return payment.status === "pending" && this.now() >= payment.until;
  },

  /** Takes in what changed, and tells once who has to draw. */
  take(changes) {
    const kinds = new Set();
    const chats = new Set();
    const answers = [];
    const arrived = [];
    // What was there before this page, or before it found the server again, is no news.
    const old = changes.some((change) => change.kind === "reset");
    if (old) this.catchesUp = true;
    for (const change of changes) this[`take_${change.kind}`]?.(change, kinds, chats, answers, arrived);
    for (const kind of kinds) this.tell(kind);
    for (const chat of chats) this.tell("messages", chat);
    if (!this.catchesUp) {
      for (const answer of answers) this.tell("answer", answer);
      for (const message of arrived) this.tell("arrived", message);
    }
    // A long chat comes in several pieces.
    if (changes.filter((change) => change.kind === "message").length < PIECE) {
      if (this.catchesUp) this.tell("caught_up");
      this.catchesUp = false;
    }
  },

  take_reset({ is_start }, kinds) {
    for (const map of [this.users, this.chats, this.messages, this.updates, this.calls, this.stories,
      this.updateOf, this.callsOf, this.callsOfUpdate, this.presses, this.checkouts, this.actions, this.lastChange]) map.clear();
    // A connection that was lost begins with everything again; that is no reason to close a chat.
    kinds.add("chats").add("calls");
    if (!is_start) kinds.add("reset");
  },

  take_info(change, kinds) {
    this.info = change;
    kinds.add("info");
  },

  take_user(change, kinds) {
    this.users.set(change.user.id, change.user);
    kinds.add("chats");
  },

  take_chat(change, kinds) {
    this.chats.set(change.chat.id, change.chat);
    kinds.add("chats");
  },

  take_message({ message }, kinds, chats, answers, arrived) {
    const chatId = message.chat.id;
    const list = this.in(chatId);
    const at = place(list, message.message_id);
    if (list[at]?.message_id === message.message_id) {
      message.version = (list[at].version ?? 0) + 1;
      list[at] = message;
    } else {
      message.version = 0;
      list.splice(at, 0, message);
      this.lastChange.set(chatId, message.date);
      arrived.push(message);
      if (message.from?.is_bot) this.actions.delete(chatId);
    }
    kinds.add("chats");
    chats.add(chatId);
  },

  take_gone({ chat_id, message_id }, kinds, chats) {
    const list = this.in(chat_id);
    const at = place(list, message_id);
    if (list[at]?.message_id === message_id) list.splice(at, 1);
    kinds.add("chats");
    chats.add(chat_id);
  },

  take_update(change, kinds, chats) {
    const update = change.update;
    this.updates.set(change.update_id, change);
    const message = update?.message ?? update?.edited_message;
    if (message) this.updateOf.set(key(message.chat.id, message.message_id), change.update_id);
    const query = update?.callback_query;
    if (query) {
      const { message: on } = query;
      this.presses.set(query.id, { query, update_id: change.update_id, chat_id: on?.chat?.id, message_id: on?.message_id });
    }
    const paying = update?.pre_checkout_query;
    if (paying) this.checkouts.set(paying.id, change.update_id);
    kinds.add("calls");
    if (message) chats.add(message.chat.id);
  },

  take_handled(change, kinds) {
    this.stories.set(change.update_id, change);
    kinds.add("calls");
  },

  take_call(call, kinds, chats, answers) {
    const known = this.calls.has(call.number);
    this.calls.set(call.number, call);
    kinds.add("calls");
    if (!known && call.update_id !== null) push(this.callsOfUpdate, call.update_id, call.number);
    if (!known && !this.catchesUp && call.method === "sendChatAction") this.act(Number(call.params?.chat_id), call.params?.action, chats);
    if (!call.ended) return;
    if (call.reply?.ok) this.bind(call);
    if (call.method === "answerCallbackQuery" && call.reply?.ok) {
      const press = this.presses.get(call.params?.callback_query_id);
      if (press && !press.answered) {
        press.answered = true;
        answers.push({ press, text: call.params.text, alert: `${call.params.show_alert}` === "true", at: call.at });
        if (press.chat_id !== undefined) chats.add(press.chat_id);
      }
    }
  },

  /** Ties a call to the messages that it wrote or changed. */
  bind(call) {
    const { params, reply, method } = call;
    if (method.startsWith("get")) return;
    const results = Array.isArray(reply.result) ? reply.result : [reply.result];
    for (const result of results) {
      const id = result?.message_id || Number(params?.message_id);
      const chat = result?.chat?.id ?? Number(params?.chat_id);
      if (id && chat && (result?.message_id || /^(edit|delete|pin)/.test(method))) push(this.callsOf, key(chat, id), call.number);
    }
  },

  act(chatId, action, chats) {
    if (!chatId) return;
    const ends = Date.now() + ACTION_LIFE;
    this.actions.set(chatId, { action, ends });
    chats.add(chatId);
    setTimeout(() => {
      if (this.actions.get(chatId)?.ends === ends) {
        this.actions.delete(chatId);
        this.tell("messages", chatId);
      }
    }, ACTION_LIFE);
  },
};

/** Where a message is in a sorted list, or belongs. */
function place(list, messageId) {
  if (list.length === 0 || list[list.length - 1].message_id < messageId) return list.length;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].message_id < messageId) low = middle + 1;
    else high = middle;
  }
  return low;
}

function push(map, at, value) {
  const list = map.get(at) ?? [];
  if (!list.includes(value)) list.push(value);
  map.set(at, list);
}
