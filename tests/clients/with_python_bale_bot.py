"""python-bale-bot against the emulator."""

import asyncio

import bale
import bale.request.http

from people import PICTURE, POINTER, SARA, TOKEN, control, press, refused, same, say, texts, until

exec(POINTER)

bot = bale.Bot(TOKEN)
presses = []


@bot.event
async def on_message(message):
    if message.content == "/start":
        keyboard = bale.InlineKeyboardMarkup()
        keyboard.add(bale.InlineKeyboardButton("Tea", callback_data="drink:tea"))
        await message.reply("What will it be?", components=keyboard)


@bot.event
async def on_callback(query):
    presses.append((query.data, query.user.first_name, query.message.text))
    await query.message.edit("Tea it is")


async def talk():
    """What a person sees: an answer to a command, and what a button does."""
    say("/start")
    await until(texts, ["/start", "What will it be?"])
    press(2, "drink:tea")
    await until(texts, ["/start", "Tea it is"])
    same(presses, [("drink:tea", "Sara", "What will it be?")])


async def call():
    """What a program sees: the answers to calls."""
    menu = bale.MenuKeyboardMarkup()
    menu.add(bale.MenuKeyboardButton("Yes")).add(bale.MenuKeyboardButton("No"), row=2)
    sent = await bot.send_message(SARA, "Sure?", components=menu)
    same((sent.text, sent.chat.id, sent.author.is_bot), ("Sure?", SARA, True))

    photo = await bot.send_photo(SARA, bale.InputFile(PICTURE, file_name="a.png"), caption="Sun")
    same(photo.caption, "Sun")
    known = photo.photos[-1].file_id
    same(await bot.get_file(known), PICTURE)
    again = await bot.send_photo(SARA, bale.InputFile(known), caption="Again")
    same(await bot.get_file(again.photos[-1].file_id), PICTURE)
    document = await bot.send_document(SARA, bale.InputFile(b"a,b", file_name="a.csv"))
    same((document.document.file_name, await bot.get_file(document.document.file_id)), ("a.csv", b"a,b"))
    await photo.delete()
    same("Sun" in texts(), False)

    forwarded = await bot.forward_message(SARA, SARA, sent.message_id)
    same(forwarded.text, "Sure?")
    price = bale.LabeledPrice("Apples", 150_000)
    invoice = await bot.send_invoice(
        SARA, "Apples", "A kilo", "WALLET-TEST-1111111111111111", [price], payload="order-4"
    )
    same((invoice.invoice.title, invoice.invoice.total_amount), ("Apples", 150_000))
    chat = await bot.get_chat(SARA, use_cache=False)
    same((chat.type, chat.first_name), ("private", "Sara"))


async def fail():
    """Which errors a program sees."""
    await refused(bot.send_message(SARA, ""), bale.error.BadRequest, "Bad Request: ")
    await refused(bot.send_message(99, "hi"), bale.error.NotFound, "no such group or user")
    control("message", {"chat_id": 7, "user_id": SARA, "text": "hi", "chat_type": "group"})
    same(await bot.leave_chat(7), True)
    # It keeps `Forbidden` for texts that begin so.
    await refused(bot.send_message(7, "hi"), bale.error.APIError, "403: permission_denied")
    async with bale.Bot("123456:WRONG") as stranger:
        await refused(stranger.get_me(), bale.error.InvalidToken, "oken not found")
    await refused(bot.get_file("nothing"), bale.error.APIError, "404: not found")


async def main():
    async with bot:
        me = await bot.get_me()
        same((me.user_id, me.username, me.is_bot), ("123456", "emulated_bot", True))
        same(await bot.delete_webhook(), True)
        polling = asyncio.create_task(bot.connect())
        await talk()
        await call()
        await fail()
        polling.cancel()


asyncio.run(main())
