"""What the outcome of a call to PlanFix means for the entry that it was made for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.metrics import Metrics
from bot.worker import Later, Refused
from planfix_adapter import Outcome, PlanfixError

log = structlog.get_logger("bot.planfix")


@contextmanager
def planfix_call(metrics: Metrics, cmd: str, chat: str) -> Iterator[None]:
    """Measure the call made in the `with` block, and turn its failure into the entry's outcome.

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
        if error.outcome is Outcome.REFUSED:
            raise Refused(f"PlanFix refused {cmd}: {error.reason}") from None
        if error.outcome is Outcome.UNKNOWN:
            metrics.possible_repeats.labels("planfix").inc()
            log.warning("planfix.outcome_unknown", cmd=cmd, chat=chat, reason=error.reason)
        raise Later(error.reason, seconds=error.retry_after) from None
    finally:
        seconds = time.perf_counter() - start
        metrics.calls.labels("planfix", outcome).observe(seconds)
        if outcome == "ok":
            log.info("planfix.accepted", cmd=cmd, chat=chat, ms=round(seconds * 1000))
