"""Places: a location, a live location, a venue."""

from aiogram.types import Location, Message

from bot.texts import ContentTexts
from bot.to_planfix.content import Content, clean, note
from bot.to_planfix.people import full_name

FOR_EVER = 0x7FFFFFFF
"""The `live_period` of a live location that has no end."""


def coordinates(place: Location) -> str:
    """Latitude and longitude, as maps take them."""
    return f"{_degrees(place.latitude)}, {_degrees(place.longitude)}"


def _degrees(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def map_link(place: Location, words: ContentTexts) -> str:
    """Where a map shows the place."""
    return words.map_link.format(
        latitude=_degrees(place.latitude), longitude=_degrees(place.longitude)
    )


def place_lines(label: str, place: Location, words: ContentTexts, *details: str) -> str:
    """What a place is, its coordinates, and a link to a map."""
    return f"{note(label, coordinates(place), *details)}\n{map_link(place, words)}"


def location(message: Message, words: ContentTexts) -> Content:
    """A location, or the start of a live one."""
    place = message.location
    if place is None or message.venue:  # a venue has its location in it
        return Content()
    accuracy = place.horizontal_accuracy
    details = [words.accuracy.format(metres=round(accuracy))] if accuracy else []
    label = words.kinds["location"]
    if place.live_period:
        label = words.live_location
        if place.live_period < FOR_EVER:
            details.append(words.live_for.format(time=words.time(place.live_period)))
    return Content(place_lines(label, place, words, *details))


def venue(message: Message, words: ContentTexts) -> Content:
    """A place with a name and an address."""
    place = message.venue
    if place is None:
        return Content()
    label = f"{words.kinds['venue']}: {clean(place.title)}, {clean(place.address)}"
    return Content(f"{note(label)}\n{place_lines(words.kinds['location'], place.location, words)}")


def proximity(message: Message, words: ContentTexts) -> Content:
    """Two people who share their locations have come near each other."""
    alert = message.proximity_alert_triggered
    if alert is None:
        return Content()
    text = words.proximity.format(
        traveler=full_name(alert.traveler), watcher=full_name(alert.watcher), metres=alert.distance
    )
    return Content(note(words.kinds["proximity_alert_triggered"], text))
