"""The bot of the contest with python-telegram-bot.

By default it handles one update after the other. For bots that must keep up its documentation has
`concurrent_updates(True)`, which is 256 at once, and keeps no order in a chat.
"""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE):
    await context.bot.send_message(update.effective_chat.id, update.message.text)


application = (
    Application.builder()
    .token(os.environ["BALE_TOKEN"])
    .base_url(os.environ["BALE_API_URL"] + "/bot")
    .concurrent_updates(True)
    .build()
)
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
