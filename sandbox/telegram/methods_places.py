"""Methods that send places and contacts, and say what the bot is doing."""

from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.parameters import Parameters
from sandbox.telegram.registry import Call, method
from sandbox.telegram.sending import send, writable_chat

ACTIONS = frozenset({
    "cancel", "typing", "upload_photo", "record_video", "upload_video", "record_voice",
    "upload_voice", "record_audio", "upload_audio", "upload_document", "choose_sticker",
    "find_location", "pick_up_location", "record_video_note", "upload_video_note",
})  # fmt: skip
LIMITS = {"latitude": 90, "longitude": 180}
VENUE_DETAILS = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
LOCATION_DETAILS = ("live_period", "heading", "proximity_alert_radius")
WIDEST_ACCURACY = 1500
LIVE_FOR_EVER = 0x7FFFFFFF
LIVE_PERIODS = range(60, 86_401)


def _location(parameters: Parameters) -> dict[str, Any]:
    location: dict[str, Any] = {}
    for name, limit in LIMITS.items():
        if not parameters.text(name).strip():
            raise bad_request(f"{name} is empty")
        number = parameters.number(name)
        if number is None or not abs(number) <= limit:  # not a number is in no bounds
            raise bad_request("wrong location")
        location[name] = number
    accuracy = parameters.number("horizontal_accuracy")
    known = accuracy is not None and 0 < accuracy <= WIDEST_ACCURACY
    return location | ({"horizontal_accuracy": accuracy} if known else {})


@method("sendLocation")
def send_location(call: Call) -> object:
    """Send a point on the map, live if `live_period` says for how many seconds."""
    parameters = call.parameters
    period = parameters.integer("live_period")
    if period and period not in LIVE_PERIODS and period != LIVE_FOR_EVER:
        raise bad_request("wrong live location period specified")
    details = {name: parameters.integer(name) for name in LOCATION_DETAILS}
    filled = {name: number for name, number in details.items() if number}
    return send(call, {"location": _location(parameters) | filled})


@method("sendVenue")
def send_venue(call: Call) -> object:
    """Send a place with a name and an address."""
    parameters = call.parameters
    venue: dict[str, Any] = {"location": _location(parameters)}
    venue |= {name: parameters.required(name) for name in ("title", "address")}
    venue |= {name: parameters.text(name) for name in VENUE_DETAILS if parameters.text(name)}
    return send(call, {"venue": venue, "location": venue["location"]})


@method("sendContact")
def send_contact(call: Call) -> object:
    """Send somebody's card."""
    parameters = call.parameters
    contact = {name: parameters.required(name) for name in ("phone_number", "first_name")}
    optional = {name: parameters.text(name) for name in ("last_name", "vcard")}
    filled = {name: value for name, value in optional.items() if value}
    return send(call, {"contact": contact | filled})


@method("sendChatAction")
def send_chat_action(call: Call) -> object:
    """Say that the bot is writing or uploading."""
    action = call.parameters.text("action").lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(call)
    call.world.feed.publish({"type": "chat_action", "chat_id": chat.id, "action": action})
    return True
