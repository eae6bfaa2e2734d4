"""Methods that ask about chats, people and files."""

from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.registry import Call, method
from sandbox.telegram.sending import find_chat
from sandbox.telegram.uploads import MEGABYTE

DOWNLOAD_LIMIT = 20 * MEGABYTE
GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
    "gifts_from_channels",
)  # fmt: skip


@method("getChat")
def get_chat(call: Call) -> object:
    """Return a ChatFullInfo."""
    chat = find_chat(call.world, call.parameters.text("chat_id"))
    if not chat.open:
        raise bad_request("chat not found")
    full: dict[str, Any] = chat.info | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, True),
    }
    if "username" in chat.info:
        full["active_usernames"] = [chat.info["username"]]
    pictures = call.world.pictures.get(chat.id)
    return full | ({"photo": _chat_photo(pictures[0])} if pictures else {})


def _chat_photo(sizes: list[dict[str, Any]]) -> dict[str, Any]:
    small, big = sizes[0], sizes[-1]
    return {
        "small_file_id": small["file_id"],
        "small_file_unique_id": small["file_unique_id"],
        "big_file_id": big["file_id"],
        "big_file_unique_id": big["file_unique_id"],
    }


@method("getUserProfilePhotos")
def get_user_profile_photos(call: Call) -> object:
    """Return a person's pictures, the newest first."""
    user_id = call.parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    if user_id not in call.world.users:
        raise bad_request("user not found")
    pictures = call.world.pictures.get(user_id, [])
    offset = call.parameters.integer("offset", 0, minimum=0)
    limit = call.parameters.integer("limit", 100, minimum=1, maximum=100)
    return {"total_count": len(pictures), "photos": pictures[offset : offset + limit]}


@method("getFile")
def get_file(call: Call) -> object:
    """Return a File with its `file_path`, and make it fetchable there."""
    file_id = call.parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    files = call.world.files
    stored = files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > DOWNLOAD_LIMIT and files.local is None:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": len(stored.data),
        "file_path": files.link(stored),
    }
