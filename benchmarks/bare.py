"""The bridge that most people would write: the same libraries, and no store.

What a customer writes is given to PlanFix by an aiogram handler; what an operator writes is sent
and reported before PlanFix has its answer. Nothing is kept: what is in hand when it ends is lost.

    python -m benchmarks.bare TELEGRAM_URL PLANFIX_URL PORT
"""

import asyncio
import logging
import sys
from typing import Any

import aiohttp
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiohttp import web

from benchmarks.far_side.traffic import PLANFIX_KEY, PROVIDER_ID, TOKEN, WEBHOOK_KEY

log = logging.getLogger("bare")


class BareBridge:
    """Both directions.

    Args:
        bot: The way to Telegram.
        http: The way to PlanFix.
        planfix_url: Where PlanFix takes calls.
    """

    def __init__(self, bot: Bot, http: aiohttp.ClientSession, planfix_url: str) -> None:
        self._bot = bot
        self._http = http
        self._planfix_url = planfix_url

    async def on_message(self, message: Message) -> None:
        """Give a customer's message to PlanFix."""
        user = message.from_user
        if user is None:
            return
        await self._call(
            cmd="newMessage",
            chatId=message.chat.id,
            message=message.text or "",
            title=f"Telegram: {user.full_name}",
            contactId=user.id,
            contactName=user.first_name,
            contactLastName=user.last_name or "",
        )

    async def on_post(self, request: web.Request) -> web.Response:
        """Send an operator's message to the customer, and report that it was sent."""
        form = await request.post()
        if form.get("token") != WEBHOOK_KEY or form.get("cmd") != "newMessage":
            return web.json_response({"error": "Invalid token"}, status=401)
        chat_id = str(form["chatId"])
        await self._bot.send_message(int(chat_id), str(form["message"]))
        await self._call(cmd="messageStatus", messageId=form["messageId"], messageStatus="sent")
        log.info("Message %s is sent to chat %s", form["messageId"], chat_id)
        return web.json_response({"chatId": chat_id, "contactId": chat_id})

    async def _call(self, **fields: Any) -> None:  # noqa: ANN401 - whatever PlanFix takes
        form = {"providerId": PROVIDER_ID, "planfix_token": PLANFIX_KEY, "token": PLANFIX_KEY}
        async with self._http.post(self._planfix_url, data=fields | form) as response:
            response.raise_for_status()
            await response.read()


async def main(telegram_url: str, planfix_url: str, port: int) -> None:
    """Run until told to end."""
    logging.basicConfig(level=logging.INFO)
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram_url))
    async with aiohttp.ClientSession() as http:
        bot = Bot(TOKEN, session=session)
        bridge = BareBridge(bot, http, planfix_url)
        app = web.Application()
        app.router.add_post("/planfix", bridge.on_post)
        runner = web.AppRunner(app, access_log=None)  # a line of our own for each message instead
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        dispatcher = Dispatcher()
        dispatcher.message.register(bridge.on_message)
        await dispatcher.start_polling(bot)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
