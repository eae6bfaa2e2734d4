"""Methods about the bot itself, and its answers to pressed buttons."""

from sandbox.telegram.errors import bad_request
from sandbox.telegram.registry import Call, method

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
