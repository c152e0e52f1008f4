// grammY against the emulator.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Bot, GrammyError, InlineKeyboard, InputFile, Keyboard, webhookCallback } from "grammy";

const URL = process.env.BALE_API_URL;
const TOKEN = process.env.BALE_TOKEN;
const SARA = 1;
const PICTURE = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, ...Array(256).keys()]);

async function control(path, body) {
    const answer = await fetch(`${URL}/control/${path}`, body && { method: "POST", body: JSON.stringify(body) });
    return (await answer.json()).result;
}

const say = (text) => control("message", { chat_id: SARA, user_id: SARA, first_name: "Sara", text });
const press = (message_id, data) => control("callback", { chat_id: SARA, user_id: SARA, message_id, data });

async function texts() {
    const messages = await control(`chats/${SARA}/messages`);
    return messages.map((message) => message.text ?? message.caption);
}

// The runner limits how long.
async function until(look, expected) {
    while (JSON.stringify(await look()) !== JSON.stringify(expected)) {
        await new Promise((next) => setTimeout(next, 20));
    }
}

async function refused(call, code, words) {
    const error = await call.then(() => assert.fail(`expected ${code}`), (error) => error);
    assert(error instanceof GrammyError, `${error}`);
    assert.equal(error.error_code, code);
    assert(error.description.includes(words), error.description);
    return error;
}

async function download(file_id) {
    const { file_path } = await bot.api.getFile(file_id);
    const answer = await fetch(`${URL}/file/bot${TOKEN}/${file_path}`);
    return new Uint8Array(await answer.arrayBuffer());
}

// What `bale-emulator` says to write.
const bot = new Function("Bot", `return ${process.env.POINTER}`)(Bot);
const presses = [];

bot.command("start", (ctx) =>
    ctx.reply("What will it be?", { reply_markup: new InlineKeyboard().text("Tea", "drink:tea") }));
bot.on("callback_query:data", async (ctx) => {
    presses.push([ctx.callbackQuery.data, ctx.from.first_name, ctx.callbackQuery.message.text]);
    await ctx.answerCallbackQuery("Tea");
    await ctx.editMessageText("Tea it is");
});

// What a person sees: an answer to a command, and what a button does.
async function talk() {
    await say("/start");
    await until(texts, ["/start", "What will it be?"]);
    await press(2, "drink:tea");
    await until(texts, ["/start", "Tea it is"]);
    assert.deepEqual(presses, [["drink:tea", "Sara", "What will it be?"]]);
}

// What a program sees: the answers to calls.
async function call() {
    const keyboard = new Keyboard().text("Yes").row().text("No").resized();
    const sent = await bot.api.sendMessage(SARA, "Sure?", { reply_markup: keyboard });
    assert.deepEqual([sent.text, sent.chat.id, sent.from.is_bot], ["Sure?", SARA, true]);

    const photo = await bot.api.sendPhoto(SARA, new InputFile(PICTURE, "a.png"), { caption: "Sun" });
    assert.equal(photo.caption, "Sun");
    const known = photo.photo.at(-1).file_id;
    assert.deepEqual(await download(known), PICTURE);
    const again = await bot.api.sendPhoto(SARA, known, { caption: "Again" });
    assert.deepEqual(await download(again.photo.at(-1).file_id), PICTURE);
    const document = await bot.api.sendDocument(SARA, new InputFile(new TextEncoder().encode("a,b"), "فایل.csv"));
    assert.equal(document.document.file_name, "فایل.csv");
    assert.equal(await bot.api.deleteMessage(SARA, photo.message_id), true);
    assert(!(await texts()).includes("Sun"));

    const forwarded = await bot.api.forwardMessage(SARA, SARA, sent.message_id);
    assert.equal(forwarded.text, "Sure?");
    await bot.api.copyMessage(SARA, SARA, sent.message_id);
    assert.equal((await texts()).at(-1), "Sure?");
    const prices = [{ label: "Apples", amount: 150000 }];
    const invoice = await bot.api.sendInvoice(SARA, "Apples", "A kilo", "order-4", "IRR", prices, {
        provider_token: "WALLET-TEST-1111111111111111",
    });
    assert.deepEqual([invoice.invoice.title, invoice.invoice.total_amount], ["Apples", 150000]);
    assert.equal(await bot.api.sendChatAction(SARA, "typing"), true);
}

// Which errors a program sees.
async function fail() {
    await refused(bot.api.sendMessage(SARA, ""), 400, "Bad Request: ");
    await refused(bot.api.sendMessage(99, "hi"), 404, "no such group or user");
    await control("message", { chat_id: 7, user_id: SARA, text: "hi", chat_type: "group" });
    assert.equal(await bot.api.leaveChat(7), true);
    await refused(bot.api.sendMessage(7, "hi"), 403, "permission_denied");
    if ((await (await fetch(URL)).text()).includes("/control/fault")) {
        await control("fault", { action: "rate_limit", method: "sendMessage", retry_after: 3 });
        const slow = await refused(bot.api.sendMessage(SARA, "hi"), 429, "Too Many Requests");
        assert.equal(slow.parameters.retry_after, 3);
    }
    const stranger = new Bot("123456:WRONG", { client: { apiRoot: URL } });
    await refused(stranger.api.getMe(), 403, "oken not found");
}

// The same bot, to which updates are brought.
async function webhook() {
    const server = createServer(webhookCallback(bot, "http"));
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    assert.equal(await bot.api.setWebhook(`http://127.0.0.1:${server.address().port}/hook`), true);
    const before = (await texts()).length;
    await say("/start");
    await until(async () => (await texts()).slice(before), ["/start", "What will it be?"]);
    await until(async () => (await control("state")).pending, 0);
    assert.equal(await bot.api.deleteWebhook(), true);
    server.closeAllConnections();
    server.close();
}

await bot.init();
assert.deepEqual([bot.botInfo.id, bot.botInfo.username, bot.botInfo.is_bot], [123456, "emulated_bot", true]);
const polling = bot.start();
await talk();
await call();
await fail();
await bot.stop();
await polling;
await webhook();
