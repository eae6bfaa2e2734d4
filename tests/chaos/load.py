"""Both directions under load: customers write and operators answer, each with running numbers."""

import asyncio
from collections import defaultdict

from chaos.witness import WitnessedPlanfix, WitnessedTelegram
from sandbox.telegram import Customer

CUSTOMERS = 30
TEXTS_PER_SECOND = 30.0
ANSWERS_PER_SECOND = 15.0
REPEAT_SECONDS = 0.25
"""PlanFix calls again after so long, until it gets a 200."""

Wrote = dict[str, list[str]]
"""By chat, in order."""


class Load:
    """Customers and operators who write at an even pace from `begin` to `end`."""

    def __init__(self, telegram: WitnessedTelegram, planfix: WitnessedPlanfix) -> None:
        self._telegram = telegram
        self._planfix = planfix
        self.customers: list[Customer] = []
        self.texts: Wrote = defaultdict(list)
        self.answers: Wrote = defaultdict(list)
        self._writing: list[asyncio.Task[None]] = []
        self._ended = asyncio.Event()

    async def begin(self) -> None:
        """Every customer says hello; once PlanFix has heard them all, the operators join in."""
        self.welcome(CUSTOMERS)
        await self._planfix.wait_for(
            lambda: len(self._planfix.deliveries()) == CUSTOMERS, timeout=30
        )
        self._writing = [asyncio.create_task(self._write_in_turns())]
        for number, customer in enumerate(self.customers):
            delay = number / ANSWERS_PER_SECOND
            self._writing.append(asyncio.create_task(self._answer(str(customer.chat_id), delay)))

    def welcome(self, count: int) -> None:
        """Further customers write for the first time, and go on with the others."""
        for _ in range(count):
            customer = self._telegram.add_customer(f"Клиент {len(self.customers)}")
            self.customers.append(customer)
            self._write(customer)

    async def end(self) -> None:
        """Write no more; PlanFix goes on with calls that were not answered with 200 yet."""
        self._ended.set()
        await asyncio.gather(*self._writing)

    def abort(self) -> None:
        """Stop at once."""
        for task in self._writing:
            task.cancel()

    @property
    def count(self) -> int:
        """The messages written so far, both ways."""
        both = [*self.texts.values(), *self.answers.values()]
        return sum(len(one) for one in both)

    def _write(self, customer: Customer) -> None:
        chat = str(customer.chat_id)
        text = f"{chat}/{len(self.texts[chat])}"
        self.texts[chat].append(text)
        customer.send_text(text)

    async def _write_in_turns(self) -> None:
        while True:
            for customer in list(self.customers):
                if await self._ends_within(1 / TEXTS_PER_SECOND):
                    return
                self._write(customer)

    async def _answer(self, chat: str, delay: float) -> None:
        if await self._ends_within(delay):
            return
        while True:
            text = f"{chat}/answer/{len(self.answers[chat])}"
            self.answers[chat].append(text)
            await self._insist(chat, text)
            if await self._ends_within(CUSTOMERS / ANSWERS_PER_SECOND):
                return

    async def _insist(self, chat: str, text: str) -> None:
        """Call the bridge, always with the same id, until it has taken the message."""
        status, _ = await self._planfix.answer(chat, text, message_id=text)
        while status != 200:
            await asyncio.sleep(REPEAT_SECONDS)
            status, _ = await self._planfix.resend(text)

    async def _ends_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True
