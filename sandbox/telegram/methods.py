"""All methods of the Bot API that the sandbox has; importing them registers them."""

from sandbox.telegram import (
    methods_bot,
    methods_chats,
    methods_commands,
    methods_media,
    methods_messages,
    methods_places,
    methods_updates,
)
from sandbox.telegram.registry import METHODS

__all__ = [
    "METHODS",
    "methods_bot",
    "methods_chats",
    "methods_commands",
    "methods_media",
    "methods_messages",
    "methods_places",
    "methods_updates",
]
