"""The bot of the contest with python-bale-bot, which starts a task for each event: a chat keeps no order.

It polls without a timeout and has no setting for one, so it asks again at once while there is nothing.
"""

import os

import bale
import bale.request.http

# There is no setting for the address.
bale.request.http.BALE_API_BASE_URL = os.environ["BALE_API_URL"] + "/"

bot = bale.Bot(os.environ["BALE_TOKEN"])


@bot.event
async def on_message(message: bale.Message):
    if message.content:
        await bot.send_message(message.chat.id, message.content)


bot.run()
