"""aiogram against the emulator."""

import asyncio

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.filters import CommandStart
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LabeledPrice,
    ReplyKeyboardMarkup,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from people import PICTURE, POINTER, SARA, can_limit, control, limit, press, refused, same, say, texts, until

bot = eval(POINTER)
dispatcher = Dispatcher()
presses = []


@dispatcher.message(CommandStart())
async def start(message):
    button = InlineKeyboardButton(text="Tea", callback_data="drink:tea")
    await message.answer("What will it be?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


@dispatcher.callback_query()
async def drink(query):
    presses.append((query.data, query.from_user.first_name, query.message.text))
    await query.answer("Tea")
    await bot.edit_message_text("Tea it is", chat_id=query.message.chat.id, message_id=query.message.message_id)


async def talk():
    """What a person sees: an answer to a command, and what a button does."""
    say("/start")
    await until(texts, ["/start", "What will it be?"])
    press(2, "drink:tea")
    await until(texts, ["/start", "Tea it is"])
    same(presses, [("drink:tea", "Sara", "What will it be?")])


async def call():
    """What a program sees: the answers to calls."""
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")], [KeyboardButton(text="No")]])
    sent = await bot.send_message(SARA, "Sure?", reply_markup=keyboard)
    same((sent.text, sent.chat.id, sent.from_user.is_bot), ("Sure?", SARA, True))

    photo = await bot.send_photo(SARA, BufferedInputFile(PICTURE, "a.png"), caption="Sun")
    same(photo.caption, "Sun")
    known = photo.photo[-1].file_id
    same((await bot.download(known)).read(), PICTURE)
    again = await bot.send_photo(SARA, known, caption="Again")
    same((await bot.download(again.photo[-1])).read(), PICTURE)
    document = await bot.send_document(SARA, BufferedInputFile(b"a,b", "فایل.csv"))
    same(document.document.file_name, "فایل.csv")
    same(await bot.delete_message(SARA, photo.message_id), True)
    same("Sun" in texts(), False)

    forwarded = await bot.forward_message(SARA, SARA, sent.message_id)
    same(forwarded.text, "Sure?")
    await bot.copy_message(SARA, SARA, sent.message_id)
    same(texts()[-1], "Sure?")
    price = [LabeledPrice(label="Apples", amount=150_000)]
    invoice = await bot.send_invoice(
        SARA, "Apples", "A kilo", "order-4", "IRR", price, provider_token="WALLET-TEST-1111111111111111"
    )
    same((invoice.invoice.title, invoice.invoice.total_amount), ("Apples", 150_000))
    same(await bot.send_chat_action(SARA, "typing"), True)


async def fail():
    """Which errors a program sees."""
    await refused(bot.send_message(SARA, ""), TelegramBadRequest, "Bad Request: ")
    await refused(bot.send_message(99, "hi"), TelegramNotFound, "no such group or user")
    control("message", {"chat_id": 7, "user_id": SARA, "text": "hi", "chat_type": "group"})
    same(await bot.leave_chat(7), True)
    await refused(bot.send_message(7, "hi"), TelegramForbiddenError, "permission_denied")
    if can_limit():
        limit("sendMessage", 3)
        await refused(bot.send_message(SARA, "hi"), TelegramRetryAfter, "Retry in 3")
    stranger = Bot("123456:WRONG", session=bot.session)
    await refused(stranger.get_me(), TelegramForbiddenError, "oken not found")


async def webhook():
    """The same bot, to which updates are brought."""
    application = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(application, "/hook")
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    same(await bot.set_webhook(url), True)
    same(control("state")["webhook"], url)
    before = len(texts())
    say("/start")
    await until(lambda: texts()[before:], ["/start", "What will it be?"])
    press(control(f"chats/{SARA}/messages")[-1]["message_id"], "drink:water")
    await until(lambda: texts()[before:], ["/start", "Tea it is"])
    same(presses[-1][0], "drink:water")
    await until(lambda: control("state")["pending"], 0)
    same(await bot.delete_webhook(), True)
    await runner.cleanup()


async def main():
    me = await bot.get_me()
    same((me.id, me.username, me.is_bot), (123456, "emulated_bot", True))
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    await talk()
    await call()
    await fail()
    await dispatcher.stop_polling()
    await polling
    await webhook()
    await bot.session.close()


asyncio.run(main())
