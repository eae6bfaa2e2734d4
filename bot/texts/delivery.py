"""Which texts there are about operators' messages that did not arrive as they were."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeliveryTexts:
    """Why a message or a file of theirs did not reach a customer, for operators."""

    blocked: str
    banned: str
    """An administrator has banned the customer."""
    deactivated: str
    chat_not_found: str
    never_wrote: str
    kicked: str
    not_member: str
    chat_gone: str
    no_rights: str
    topic_gone: str
    business_closed: str
    empty: str
    """The message has nothing that can be seen."""
    refused: str
    """Telegram refused a message for another reason: `{reason}`, in Telegram's words."""

    file_as_link: str
    """The customer got a link in place of a file: `{name}`, `{reason}`, one of those below."""
    file_lost: str
    """The customer got no more than a file's name: `{name}`, `{reason}`."""
    too_large: str
    """`{limit}` in megabytes."""
    file_empty: str
    file_refused: str
    """Telegram refused the file: `{reason}`, in Telegram's words."""
    bad_address: str
    foreign_host: str
    """The file is not on a host from which files may be fetched: `{host}`."""
    private_host: str
    """The host of the file has no public address: `{host}`."""
    bad_status: str
    """The file's server answered `{status}`."""
    login_page: str
    compressed: str
    redirects: str
    silent: str
    """The file's server could not be reached, or did not answer in time."""
