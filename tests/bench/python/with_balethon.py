"""The bot of the contest with Balethon, whose workers take updates from one queue: a chat keeps no order.

It polls without a timeout and has no setting for one, so it asks again at once while there is nothing.
"""

import os

from balethon import Client, conditions

bot = Client(os.environ["BALE_TOKEN"], base_url=os.environ["BALE_API_URL"])


@bot.on_message(conditions.text)
async def echo(message):
    await bot.send_message(message.chat.id, message.text)


bot.run()
