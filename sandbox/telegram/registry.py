"""The Bot API's methods by name, each a function that takes the call and returns the result."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.telegram.parameters import Parameters
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world import World


@dataclass(frozen=True)
class Call:
    """What a method is given: its parameters, and the world to act upon."""

    method: str
    parameters: Parameters
    world: World
    webhook: Webhook


Result = object
Method = Callable[[Call], Result | Awaitable[Result]]

METHODS: dict[str, Method] = {}


def method(*names: str) -> Callable[[Method], Method]:
    """Register a function under the Bot API's method names, whose letter case does not matter."""

    def register(function: Method) -> Method:
        METHODS.update({name.lower(): function for name in names})
        return function

    return register
