"""The bot's commands: what Telegram shows in the menu beside a customer's message field."""

import re
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.registry import Call, method

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"([a-z]{2})?")
DESCRIPTION_LIMIT = 256
MOST_COMMANDS = 100
SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
"""The kinds of scopes, and what each of them has to name."""


def _place(call: Call) -> tuple[str, str]:
    """Return the scope and the language that a call is about."""
    scope = call.parameters.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or not isinstance(scope.get("type"), str):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    if scope["type"] not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    names = [str(scope.get(name) or "") for name in SCOPES[scope["type"]]]
    if not all(names):
        raise bad_request("can't parse BotCommandScope: can't find a field")
    language = call.parameters.text("language_code")
    if not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return " ".join([scope["type"], *names]), language


@method("setMyCommands")
def set_my_commands(call: Call) -> object:
    """Keep the commands of a scope and a language."""
    commands = call.parameters.json("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.world.commands[_place(call)] = [_command(each) for each in commands]
    call.world.feed.publish({"type": "commands"})
    return True


def _command(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command, description = str(value.get("command", "")), str(value.get("description", ""))
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 0 < len(description) <= DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}


@method("getMyCommands")
def get_my_commands(call: Call) -> object:
    """Return the commands of a scope and a language."""
    return call.world.commands.get(_place(call), [])


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> object:
    """Forget the commands of a scope and a language."""
    call.world.commands.pop(_place(call), None)
    call.world.feed.publish({"type": "commands"})
    return True
