"""A strict stand-in for Telegram's Bot API server, with customers who write to the bot."""

from sandbox.telegram.customer import Customer
from sandbox.telegram.group import Group
from sandbox.telegram.http import BotCall
from sandbox.telegram.multipart import Upload
from sandbox.telegram.server import TelegramSandbox

__all__ = ["BotCall", "Customer", "Group", "TelegramSandbox", "Upload"]
