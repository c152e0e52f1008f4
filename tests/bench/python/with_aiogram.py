"""The bot of the contest with aiogram, which by default starts a task for each update: a chat keeps no order.

uvloop is installed, as aiogram's documentation recommends for speed; it takes it by itself.
"""

import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

dispatcher = Dispatcher()


@dispatcher.message(F.text)
async def echo(message: Message):
    await message.answer(message.text)


server = TelegramAPIServer.from_base(os.environ["BALE_API_URL"])
bot = Bot(os.environ["BALE_TOKEN"], session=AiohttpSession(api=server))
dispatcher.run_polling(bot)
