// The bot of the contest with grammY and its runner, as its documentation recommends where a bot must keep up.
// `sequentialize` keeps the order of a chat.
import { run, sequentialize } from "@grammyjs/runner";
import { Bot } from "grammy";

const bot = new Bot(process.env.BALE_TOKEN, { client: { apiRoot: process.env.BALE_API_URL } });

bot.use(sequentialize((context) => String(context.chat?.id)));
bot.on("message:text", (context) => context.api.sendMessage(context.chat.id, context.message.text));

run(bot);
