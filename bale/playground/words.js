// What the page says, in Persian and in English.

const WORDS = {
  title: ["زمین بازی بله", "Bale playground"],
  chats: ["گفتگوها", "Chats"],
  search: ["جستجو", "Search"],
  new_user: ["آدم تازه", "New person"],
  new_group: ["گروه تازه", "New group"],
  name: ["نام", "Name"],
  group_title: ["نام گروه", "Group's name"],
  members: ["چه کسانی در آن‌اند؟", "Who is in it?"],
  make: ["بساز", "Create"],
  write: ["پیام بنویسید…", "Write a message…"],
  write_as: ["از زبان", "Writing as"],
  send: ["فرستادن", "Send"],
  attach: ["پیوست", "Attach"],
  photo: ["عکس یا فایل", "Photo or file"],
  contact: ["شمارهٔ من", "My phone number"],
  contact_card: ["مخاطب", "Contact"],
  location: ["جای من", "My location"],
  keyboard: ["دکمه‌های ربات", "The bot's keyboard"],
  back: ["بازگشت", "Back"],
  close: ["بستن", "Close"],
  inspector: ["بازرس", "Inspector"],
  tools: ["ابزارها", "Tools"],
  theme: ["روشن یا تیره", "Light or dark"],
  language: ["EN", "فا"],
  language_name: ["English", "فارسی"],
  start: ["شروع", "Start"],
  empty_title: ["با ربات گفتگو کنید", "Talk to your bot"],
  empty_text: ["گفتگویی را برگزینید یا آدمی تازه بسازید. هر پیام، کلیک و پرداخت همین‌جا می‌ماند و به هیچ شبکه‌ای نمی‌رود.",
    "Choose a chat or create a person. Every message, press and payment stays on this machine."],
  no_messages: ["هنوز پیامی نیست", "No messages yet"],
  no_messages_text: ["با ‎/start‎ آغاز کنید.", "Begin with /start."],
  edited: ["ویرایش‌شده", "edited"],
  typing: ["ربات می‌نویسد…", "the bot is typing…"],
  upload_photo: ["ربات عکس می‌فرستد…", "the bot is sending a photo…"],
  upload_video: ["ربات ویدیو می‌فرستد…", "the bot is sending a video…"],
  record_video: ["ربات ویدیو می‌گیرد…", "the bot is recording a video…"],
  record_voice: ["ربات صدا ضبط می‌کند…", "the bot is recording…"],
  upload_voice: ["ربات صدا می‌فرستد…", "the bot is sending a voice note…"],
  upload_document: ["ربات فایل می‌فرستد…", "the bot is sending a file…"],
  choose_sticker: ["ربات برچسب برمی‌گزیند…", "the bot is choosing a sticker…"],
  forwarded: ["بازفرستاده از", "Forwarded from"],
  joined: ["آمد", "joined"],
  left: ["رفت", "left"],
  paid: ["پرداخت شد", "Paid"],
  pay: ["پرداخت", "Pay"],
  refuse: ["نه، نمی‌خواهم", "Cancel"],
  slow: ["پرداخت، ولی کند", "Pay, but too slowly"],
  waiting: ["ربات باید تأیید کند…", "The bot has to agree…"],
  declined: ["ربات نپذیرفت", "The bot declined"],
  refused_by_user: ["پرداخت لغو شد", "Payment cancelled"],
  late: ["ربات دیر پاسخ داد", "The bot was too late"],
  rial: ["ریال", "IRR"],
  invoice: ["صورتحساب", "Invoice"],
  photo_of: ["عکس", "Photo"],
  sticker: ["برچسب", "Sticker"],
  voice: ["صدا", "Voice"],
  video: ["ویدیو", "Video"],
  audio: ["آهنگ", "Audio"],
  animation: ["تصویر متحرک", "Animation"],
  file: ["فایل", "File"],
  map: ["موقعیت", "Location"],
  mini_app: ["برنامک", "Mini app"],
  web_app_data: ["داده از برنامک", "Data from a mini app"],
  play: ["پخش", "Play"],
  pause: ["ایست", "Pause"],
  inspect: ["چه شد؟", "What happened?"],
  choose_bubble: ["روی پیامی بزنید تا ببینید چه شد.", "Choose a message to see what happened."],
  handler: ["کارپرداز", "Handler"],
  no_handler: ["هیچ کارپردازی این را برنداشت", "No handler took this"],
  outside: ["ربات بیرون از این برنامه است؛ از کارپردازها خبری نیست.", "The bot is another program, so nothing is known of its handlers."],
  running: ["کارپرداز هنوز کار می‌کند، یا منتظر همین پیام بود.", "A handler still runs, or was waiting for this message."],
  why_not: ["چرا دیگران نه؟", "Why not the others?"],
  captures: ["برداشته‌ها", "Captures"],
  failed: ["خطا", "Error"],
  calls: ["فراخوانی‌ها", "Calls"],
  no_calls: ["فراخوانی‌ای نبود", "No calls"],
  update: ["به‌روزرسانی", "Update"],
  request: ["درخواست", "Request"],
  answer: ["پاسخ", "Answer"],
  copy_curl: ["کپی به‌شکل curl", "Copy as curl"],
  copy: ["کپی", "Copy"],
  copied: ["کپی شد", "Copied"],
  no_answer: ["بی‌پاسخ", "no answer"],
  in_flight: ["در راه", "in flight"],
  message: ["پیام", "Message"],
  all_calls: ["همهٔ فراخوانی‌ها", "All calls"],
  this_message: ["این پیام", "This message"],
  save_as_test: ["ذخیره به‌شکل تست", "Save as test"],
  save_text: ["این گفتگو به‌شکل تست Rust. آن را در tests بگذارید؛ با همین ربات می‌گذرد.",
    "This conversation as a Rust test. Put it into your tests: with this bot it passes."],
  download: ["دریافت", "Download"],
  transcript: ["رونوشت", "Transcript"],
  export_transcript: ["دریافت رونوشت", "Export transcript"],
  import_transcript: ["بازی رونوشت", "Import and replay"],
  faults: ["خرابی‌ها", "Faults"],
  faults_text: ["فراخوانی‌های بعدی ربات خراب می‌شوند.", "Makes the bot's next calls fail."],
  method: ["متد", "Method"],
  any_method: ["هر متدی", "Any method"],
  times: ["چند بار", "Times"],
  seconds: ["ثانیه", "Seconds"],
  rate_limit: ["۴۲۹، زیادی تند", "429, too fast"],
  error: ["خطای سرور", "Server error"],
  html: ["صفحهٔ HTML ‏(۵۰۲)", "HTML page (502)"],
  drop_before: ["قطع پیش از پذیرش", "Drop before acceptance"],
  drop_after: ["قطع پس از پذیرش", "Drop after acceptance"],
  html_after: ["صفحهٔ خطا پس از پذیرش", "HTML after acceptance"],
  delay: ["پاسخ دیر", "Late answer"],
  truncate: ["پاسخ نیمه‌کاره", "Truncated answer"],
  hang: ["بی‌پاسخ ماندن", "No answer at all"],
  break_it: ["خراب کن", "Break it"],
  clear: ["پاک کن", "Clear"],
  clock: ["ساعت سرور", "Server's clock"],
  pause_clock: ["ایستاندن ساعت", "Pause the clock"],
  go_on: ["به راه انداختن", "Resume"],
  ahead: ["جلوتر", "ahead"],
  crash: ["سقوط ربات", "Crash the bot"],
  crash_text: ["مانند kill -9: کارپردازها همان‌جا می‌میرند و ربات از نو آغاز می‌شود.",
    "Like kill -9: handlers end where they are, and the bot starts again."],
  crashed: ["ربات سقوط کرد و دوباره آغاز شد", "The bot crashed and started again"],
  reset: ["از نو", "Start over"],
  reset_text: ["همهٔ گفتگوها، فایل‌ها و خرابی‌ها فراموش می‌شوند.", "Forgets all chats, files and faults."],
  lost: ["ارتباط با شبیه‌ساز قطع است؛ خودش دوباره وصل می‌شود.", "The emulator is not there; this page connects again by itself."],
  not_sent: ["فرستاده نشد: شبیه‌ساز در دسترس نیست.", "Not sent: the emulator cannot be reached."],
  found_again: ["دوباره وصل شد.", "Connected again."],
  record: ["ضبط صدا", "Record a voice message"],
  recording: ["در حال ضبط", "Recording"],
  discard: ["دور انداختن", "Discard"],
  no_microphone: ["میکروفون در دسترس نیست.", "The microphone cannot be used."],
  unread: ["پیام تازه", "new"],
  who_is_here: ["اعضا", "Members"],
  not_here: ["بیرون از گروه", "Not in the group"],
  nothing: ["هیچ", "nothing"],
  bot: ["ربات", "bot"],
  private: ["گفتگوی خصوصی", "Private chat"],
  people: ["نفر", "members"],
  join: ["آمدن به گروه", "Join"],
  leave: ["رفتن از گروه", "Leave"],
  reply: ["پاسخ به این", "Reply"],
  edit: ["ویرایش", "Edit"],
  to_end: ["به پایان گفتگو", "To the end"],
  ok: ["باشد", "OK"],
  side_by_side: ["گفتگوی دیگری در کنار این", "Another chat beside this"],
  phone_hint: ["شماره", "Phone number"],
  messages_list: ["پیام‌ها", "Messages"],
  took: ["زمان", "Time"],
  before_after: ["پیش و پس", "Before and after"],
};

export let language = localStorage.getItem("language") === "en" ? "en" : "fa";

/** Changes the language, and with it the direction of the page. */
export function speak(next) {
  language = next;
  localStorage.setItem("language", next);
  document.documentElement.lang = next;
  document.documentElement.dir = next === "fa" ? "rtl" : "ltr";
  document.title = t("title");
  document.getElementById("title").textContent = t("title");
}

/** A text of the page. */
export function t(name) {
  return WORDS[name]?.[language === "fa" ? 0 : 1] ?? name;
}

/** A piece of another direction, kept together. */
export function isolated(text) {
  return `\u2068${text}\u2069`;
}

/** How a text reads, which its first letter says; without letters, as the page does. */
export function direction(text) {
  const [letter] = text.match(/\p{L}/u) ?? [];
  if (!letter) return document.documentElement.dir;
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u.test(letter) ? "rtl" : "ltr";
}

/** A number in the digits of the language. */
export function number(value) {
  return new Intl.NumberFormat(language === "fa" ? "fa-IR" : "en-US").format(value);
}

/** A time of day, from Unix seconds. */
export function clock(seconds, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hour12: false };
  if (withSeconds) options.second = "2-digit";
  return new Intl.DateTimeFormat(language === "fa" ? "fa-IR" : "en-GB", options).format(seconds * 1000);
}
