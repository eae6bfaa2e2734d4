"""`reply_markup`: its shape, and what a message and a customer see of it."""

from typing import Any

from sandbox.telegram.errors import BotApiError, bad_request
from sandbox.telegram.parameters import Parameters

Markup = dict[str, Any]

BUTTON_DATA_LIMIT = 64
BUTTON_ACTIONS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "web_app", "login_url",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
)  # fmt: skip
REQUESTS = ("request_contact", "request_location")
FLAGS = {
    "resize_keyboard": "ReplyKeyboardMarkup",
    "one_time_keyboard": "ReplyKeyboardMarkup",
    "is_persistent": "ReplyKeyboardMarkup",
    "remove_keyboard": "ReplyKeyboardRemove",
    "selective": "reply markup",
    "force_reply": "reply markup",
}


def read_markup(parameters: Parameters) -> Markup | None:
    """Return the checked `reply_markup`.

    Raises:
        BotApiError: It has a wrong shape.
    """
    if not parameters.text("reply_markup"):
        return None
    markup = parameters.json("reply_markup", "reply keyboard markup")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    for name, owner in FLAGS.items():
        if not isinstance(markup.get(name, False), bool):
            raise bad_request(f'field "{name}" of the {owner} must be of the type Boolean')
    _check_rows(markup, "keyboard", "ReplyKeyboardMarkup")
    _check_rows(markup, "inline_keyboard", "InlineKeyboardMarkup")
    return markup


def _check_rows(markup: Markup, name: str, owner: str) -> None:
    rows = markup.get(name, [])
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" of the {owner} must be an Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad_request(f'field "{name}" of the {owner} must be an Array of Arrays')
        for button in row:
            if name == "keyboard":
                _check_button(button)
            else:
                _check_inline_button(button)


def _check_button(button: object) -> None:
    wrong = "can't parse keyboard button"
    if isinstance(button, str):
        return
    if not isinstance(button, dict):
        raise bad_request(f"{wrong}: KeyboardButton must be a String or an Object")
    _check_text(button, wrong)
    for name in REQUESTS:
        if not isinstance(button.get(name, False), bool):
            raise bad_request(f'{wrong}: Field "{name}" must be of type Boolean')


def _check_inline_button(button: object) -> None:
    wrong = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{wrong}: InlineKeyboardButton must be an Object")
    _check_text(button, wrong)
    if not any(button.get(action) is not None for action in BUTTON_ACTIONS):
        raise bad_request(f"{wrong}: Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > BUTTON_DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_text(button: Markup, wrong: str) -> None:
    text = button.get("text")
    if text is None:
        raise bad_request(f'{wrong}: Can\'t find field "text"')
    if not isinstance(text, str):
        raise bad_request(f'{wrong}: Field "text" must be of type String')
    if not text:
        raise _empty_button()


def _empty_button() -> BotApiError:
    return bad_request("reply markup buttons must have non-empty text")


def check_place(markup: Markup | None, *, private: bool) -> None:
    """Check that a chat can have this keyboard.

    Raises:
        BotApiError: It asks for a phone number or a place outside of a private chat.
    """
    rows = markup.get("keyboard", []) if markup else []
    buttons = [button for row in rows for button in row if isinstance(button, dict)]
    for name, asked in (("request_contact", "phone number"), ("request_location", "location")):
        if not private and any(button.get(name) for button in buttons):
            raise bad_request(f"{asked} can be requested in private chats only")


def shown_in_message(markup: Markup | None) -> Markup:
    """Return what a Message carries of it: inline keyboards alone."""
    if not markup or not markup.get("inline_keyboard"):
        return {}
    return {"reply_markup": {"inline_keyboard": markup["inline_keyboard"]}}


def keyboard_after(markup: Markup | None, before: Markup | None) -> Markup | None:
    """Return the reply keyboard that the customer sees after a message with `markup`."""
    if markup and markup.get("keyboard"):
        return markup
    return None if markup and markup.get("remove_keyboard") else before
