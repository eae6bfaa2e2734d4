"""What the far sides saw: who got what, when, and whether the bridge was told so."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from sandbox.faults import Fault, Faults
from sandbox.planfix import PlanfixSandbox
from sandbox.planfix.chat_api import ChatApi
from sandbox.planfix.webhook import Webhook
from sandbox.telegram import TelegramSandbox
from sandbox.telegram.server import KEPT_CALLS

PROVIDER = "telegram"


@dataclass(frozen=True)
class Delivery:
    """One message that a far side took. `told`: its answer to the bridge was not spoilt."""

    text: str
    at: float
    told: bool


Deliveries = dict[str, list[Delivery]]
"""By chat, in the order in which they were taken."""


class RecordingFaults(Faults):
    """Remembers which calls were taken although their answer says nothing of it."""

    def __init__(self, calls: Callable[[], Sequence[object]]) -> None:
        super().__init__()
        self._calls = calls
        self._spoilt: dict[int, object] = {}

    def told(self, call: object) -> bool:
        """Whether the answer to `call` went out as it should."""
        return id(call) not in self._spoilt

    async def _spoil_answer(
        self, fault: Fault, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        call = self._calls()[-1]  # the handler has returned in this very step
        self._spoilt[id(call)] = call
        return await super()._spoil_answer(fault, request, answer)


class WitnessedTelegram(TelegramSandbox):
    """A Telegram that knows which of its answers were spoilt."""

    def __init__(self, token: str) -> None:
        super().__init__(token=token, webhook_pause_scale=0.1)
        self.faults: RecordingFaults = RecordingFaults(lambda: self.calls)
        self._deliveries: Deliveries = defaultdict(list)
        self._read = 0

    def deliveries(self) -> Deliveries:
        """The texts that the bot sent, by chat."""
        fresh, self._read = self.calls[self._read :], len(self.calls)
        assert self._read < KEPT_CALLS, "the sandbox has begun to forget calls"
        for call in fresh:
            if call.ok and call.method.lower() == "sendmessage":
                told = self.faults.told(call)
                text = Delivery(str(call.params["text"]), call.time, told)
                self._deliveries[str(call.params["chat_id"])].append(text)
        return self._deliveries


class WitnessedPlanfix(PlanfixSandbox):
    """A PlanFix that knows which of its answers were spoilt, and that can change its keys."""

    def __init__(self, token: str, webhook_token: str) -> None:
        super().__init__(token=token, webhook_token=webhook_token, provider_id=PROVIDER)
        self.faults: RecordingFaults = RecordingFaults(lambda: self.calls)
        self._deliveries: Deliveries = defaultdict(list)
        self._read = 0

    def deliveries(self) -> Deliveries:
        """The customers' messages, by chat."""
        fresh, self._read = self.calls[self._read :], len(self.calls)
        for call in fresh:
            if call.cmd == "newMessage" and not call.error and not call.get("isEcho"):
                told = self.faults.told(call)
                text = Delivery(call.get("message"), call.time, told)
                self._deliveries[call.get("chatId")].append(text)
        return self._deliveries

    async def change_keys(self, *, token: str, webhook_token: str) -> None:
        """Ask for another key, and show another one, from now on."""
        api = ChatApi(self._account, self.feed, token=token, provider_id=PROVIDER)
        api.calls = self._api.calls
        self._api = api
        await self.stop_listening()
        await self.start_listening()
        old = self._operators.webhook
        self._operators.webhook = Webhook(provider_id=PROVIDER, token=webhook_token)
        self._operators.webhook.url = old.url
        await old.close()
