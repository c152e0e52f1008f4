"""Balethon against the emulator."""

import asyncio

from balethon import Client
from balethon.errors import BadRequestError, ForbiddenError, NotFoundError, TooManyRequestsError
from balethon.objects import InlineKeyboard, LabeledPrice, ReplyKeyboard

from people import PICTURE, POINTER, SARA, URL, can_limit, control, limit, press, refused, same, say, texts, until

bot = eval(POINTER)
presses = []


@bot.on_command()
async def start(*, message):
    await message.reply("What will it be?", InlineKeyboard([("Tea", "drink:tea")]))


@bot.on_callback_query()
async def drink(callback_query):
    presses.append((callback_query.data, callback_query.author.first_name, callback_query.message.text))
    await callback_query.answer("Tea")
    await callback_query.message.edit_text("Tea it is")


async def talk():
    """What a person sees: an answer to a command, and what a button does."""
    say("/start")
    await until(texts, ["/start", "What will it be?"])
    press(2, "drink:tea")
    await until(texts, ["/start", "Tea it is"])
    same(presses, [("drink:tea", "Sara", "What will it be?")])
    answer = control("calls")
    same([call["params"]["text"] for call in answer if call["method"] == "answerCallbackQuery"], ["Tea"])


async def call():
    """What a program sees: the answers to calls."""
    sent = await bot.send_message(SARA, "Sure?", ReplyKeyboard(["Yes"], ["No"], resize=True))
    same((sent.text, sent.chat.id, sent.author.is_bot), ("Sure?", SARA, True))

    photo = await bot.send_photo(SARA, PICTURE, "Sun")
    same(photo.caption, "Sun")
    known = photo.photo[-1].id
    same(await bot.download(known), PICTURE)
    file = await bot.get_file(known)
    same(await bot.download(file.path), PICTURE)
    again = await bot.send_photo(SARA, known, "Again")
    same(await bot.download(again.photo[-1].id), PICTURE)
    await photo.delete()
    same("Sun" in texts(), False)

    forwarded = await bot.forward_message(SARA, SARA, sent.id)
    same(forwarded.text, "Sure?")
    copied = await bot.copy_message(SARA, SARA, sent.id)
    same(texts()[-1], "Sure?")
    invoice = await bot.send_invoice(
        SARA, "Apples", "A kilo", "order-4", "WALLET-TEST-1111111111111111", [LabeledPrice("Apples", 150_000)]
    )
    same((invoice.invoice.title, invoice.invoice.total_amount), ("Apples", 150_000))
    chat = await bot.get_chat(SARA)
    same((chat.type.value, chat.first_name), ("private", "Sara"))
    same(await bot.send_chat_action(SARA, "typing"), True)


async def fail():
    """Which errors a program sees."""
    await refused(bot.send_message(SARA, ""), BadRequestError, "Bad Request: ")
    await refused(bot.send_message(99, "hi"), NotFoundError, "no such group or user")
    control("message", {"chat_id": 7, "user_id": SARA, "text": "hi", "chat_type": "group"})
    same(await bot.leave_chat(7), True)
    await refused(bot.send_message(7, "hi"), ForbiddenError, "permission_denied")
    bot.sleep_threshold = 0
    if can_limit():
        limit("sendMessage", 3)
        await refused(bot.send_message(SARA, "hi"), TooManyRequestsError, "429")
    await refused(bot.download("nothing"), NotFoundError)
    async with Client("123456:WRONG", base_url=URL) as stranger:
        raise AssertionError(f"{stranger} connected with a wrong token")


async def main():
    await bot.connect()
    same((bot.user.id, bot.user.username, bot.user.is_bot), (123456, "emulated_bot", True))
    polling = asyncio.ensure_future(bot.start_polling())
    await talk()
    await call()
    try:
        await fail()
    except ForbiddenError as problem:
        assert "oken not found" in str(problem), problem
    polling.cancel()


asyncio.get_event_loop().run_until_complete(main())
