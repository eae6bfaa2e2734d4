"""What can go wrong, and how sure one can be about it.

An error of the client says in `outcome` whether the call surely failed (send it again later), was
refused (sending it again is of no use) or has an unknown outcome (sending it again may show it
twice). An error of the webhook says what PlanFix is to be answered.
"""

from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    """What became of a call to PlanFix that did not succeed."""

    FAILED = "failed"
    """Surely not carried out: it can safely be sent again."""
    REFUSED = "refused"
    """Surely not carried out, and PlanFix will say the same the next time."""
    UNKNOWN = "unknown"
    """PlanFix may or may not have carried it out."""


class PlanfixError(Exception):
    """A call to PlanFix did not succeed. This is the base of all errors of the client.

    Attributes:
        outcome: whether the call may have been carried out.
        status: the HTTP status of PlanFix's answer, None if there was none.
        retry_after: how many seconds PlanFix asked to wait, None if it did not ask.
        reason: a sentence for a person, in PlanFix's own words where it gave some; holds no key.
    """

    outcome: ClassVar[Outcome]

    def __init__(
        self, reason: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after


class PlanfixUnavailable(PlanfixError):  # noqa: N818 - says what happened
    """PlanFix could not be reached, or did not take the call: surely not carried out."""

    outcome = Outcome.FAILED


class PlanfixUnauthorized(PlanfixUnavailable):
    """PlanFix does not accept our key. The settings are at fault, not the call: it can wait."""


class PlanfixRefused(PlanfixError):  # noqa: N818 - says what happened
    """PlanFix understood the call and refused it for what it contains."""

    outcome = Outcome.REFUSED


class PlanfixOutcomeUnknown(PlanfixError):  # noqa: N818 - says what happened
    """The call may have reached PlanFix, but its answer did not reach us or does not say."""

    outcome = Outcome.UNKNOWN


class WebhookError(Exception):
    """A call of PlanFix to us is answered with an error. This is the base of all such errors.

    Attributes:
        status: the HTTP status of our answer.
        error: the words of our answer, `{"error": …}`.
    """

    status: ClassVar[int] = 400

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class InvalidParameters(WebhookError):  # noqa: N818 - says what happened
    """The call is not what PlanFix's chat API promises."""

    def __init__(self) -> None:
        super().__init__("Invalid parameters")


class InvalidToken(WebhookError):  # noqa: N818 - says what happened
    """The call does not carry a key that we accept."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Invalid token")


class MessageRejected(WebhookError):  # noqa: N818 - says what happened
    """Raised by the webhook's callback for a message that can never be delivered.

    Args:
        error: the reason, a sentence for the operator.
    """
