"""What the outcome of a call to PlanFix means for the entry that it was made for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.journal.entries import Tries
from bot.journal.handling import Later, Refused
from bot.monitoring.metrics import THEIR_LIMIT, Metrics
from planfix_adapter import ChatId, NewMessage, Outcome, PlanfixClient, PlanfixError

log = structlog.get_logger("bot.planfix")

_TOO_FAST = 429  # HTTP's number


async def send_message(
    planfix: PlanfixClient, metrics: Metrics, message: NewMessage, tries: Tries
) -> None:
    """Give PlanFix a message.

    PlanFix cannot tell a repeat. So after a try with an unknown outcome it is first asked, by a
    call that may be repeated, whether it is there at all: an outage costs no further repeats.

    Raises:
        Later, Refused: As `planfix_call` does.
    """
    if tries.unknown:
        with planfix_call(metrics, "getTask", message.chat_id):
            await _look_for(planfix, message.chat_id)
    with planfix_call(metrics, "newMessage", message.chat_id, repeatable=False):
        await planfix.new_message(message)


async def _look_for(planfix: PlanfixClient, chat: ChatId) -> None:
    """Raise what a call raises, unless PlanFix answered: whatever it said, it is there."""
    try:
        await planfix.get_task(chat)
    except PlanfixError as error:
        if error.status is None or error.status >= 500:  # noqa: PLR2004 - HTTP's number
            raise


@contextmanager
def planfix_call(
    metrics: Metrics, cmd: str, chat: str, *, repeatable: bool = True
) -> Iterator[None]:
    """Measure the call made in the `with` block, and turn its failure into the entry's outcome.

    Args:
        metrics: Where the call is counted.
        cmd: The command, in PlanFix's words.
        chat: The chat that it is about.
        repeatable: Whether PlanFix may get it twice without harm.

    Raises:
        Later: PlanFix did not take the call, or nobody knows: it must be made again.
        Refused: PlanFix will never take it.
    """
    start = time.perf_counter()
    outcome = "ok"
    try:
        yield
    except PlanfixError as error:
        outcome = str(error.outcome)
        if error.status == _TOO_FAST:
            metrics.limited("planfix", THEIR_LIMIT, error.retry_after or 0)
        if error.outcome is Outcome.REFUSED:
            raise Refused(error.reason) from None
        unknown = error.outcome is Outcome.UNKNOWN and not repeatable
        if unknown:
            metrics.possible_repeats.labels("planfix").inc()
            log.warning("planfix.outcome_unknown", cmd=cmd, chat=chat, reason=error.reason)
        raise Later(
            error.reason,
            seconds=error.retry_after,
            away=error.outcome is Outcome.FAILED,
            unknown=unknown,
        ) from None
    finally:
        seconds = time.perf_counter() - start
        metrics.calls.labels("planfix", cmd, outcome).observe(seconds)
        if outcome == "ok":
            log.debug("planfix.accepted", cmd=cmd, chat=chat, ms=round(seconds * 1000))
