"""Methods about the bot itself, and its answers to pressed buttons."""

import re
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.registry import Call, method

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
DESCRIPTION_LIMIT = 256
MOST_COMMANDS = 100
ANSWER_LIMIT = 200
PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}


@method("getMe")
def get_me(call: Call) -> object:
    """Return the bot, with the fields that only getMe has."""
    return call.world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def _commands_key(call: Call) -> str:
    scope = call.parameters.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or not isinstance(scope.get("type"), str):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    return f"commands {sorted(scope.items())} {call.parameters.text('language_code')}"


@method("setMyCommands")
def set_my_commands(call: Call) -> object:
    """Keep the commands of a scope and a language."""
    commands = call.parameters.json("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.world.profile[_commands_key(call)] = [_command(each) for each in commands]
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
    return call.world.profile.get(_commands_key(call), [])


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> object:
    """Forget the commands of a scope and a language."""
    call.world.profile.pop(_commands_key(call), None)
    return True


@method("setMyName", "setMyDescription", "setMyShortDescription")
def set_my_profile(call: Call) -> object:
    """Keep the bot's name or one of its descriptions, for a language."""
    field = _profile_field(call.method)
    value = call.parameters.text(field)
    if len(value) > PROFILE_LIMITS[field]:
        raise bad_request(f"{field.upper()}_TOO_LONG")
    call.world.profile[f"{field} {call.parameters.text('language_code')}"] = value
    return True


@method("getMyName", "getMyDescription", "getMyShortDescription")
def get_my_profile(call: Call) -> object:
    """Return the bot's name or one of its descriptions, for a language or for all."""
    field = _profile_field(call.method)
    default = call.world.bot["first_name"] if field == "name" else ""
    kept, language = call.world.profile, call.parameters.text("language_code")
    return {field: kept.get(f"{field} {language}") or kept.get(f"{field} ") or default}


def _profile_field(name: str) -> str:
    return name.lower()[len("setmy") :].replace("shortd", "short_d")


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> object:
    """Answer a pressed button, once."""
    chat_id = call.world.callback_queries.pop(call.parameters.text("callback_query_id"), None)
    if chat_id is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.parameters.text("text")
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    call.world.feed.publish(
        {
            "type": "callback_answer",
            "chat_id": chat_id,
            "text": text,
            "show_alert": call.parameters.flag("show_alert"),
        }
    )
    return True
