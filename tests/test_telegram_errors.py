"""What Telegram's errors mean, for the next try and for the operator."""

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from bot.telegram.errors import CALL_ERRORS, Verdict, understand
from bot.telegram.refusals import Scope, explain, scope_of
from bot.texts import operator_texts
from support import free_port

METHOD = SendMessage(chat_id=1, text="x")
WORDS = operator_texts("en").delivery


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (TelegramRetryAfter(METHOD, "slow down", 7), Verdict.NOT_SENT),
        (TelegramServerError(METHOD, "Bad Gateway"), Verdict.NOT_SENT),
        (TelegramUnauthorizedError(METHOD, "Unauthorized"), Verdict.NOT_SENT),
        (TelegramNotFound(METHOD, "Not Found"), Verdict.NOT_SENT),
        (TelegramMigrateToChat(METHOD, "moved", -100), Verdict.MOVED),
        (TelegramEntityTooLarge(METHOD, "Request Entity Too Large"), Verdict.REFUSED),
        (TelegramForbiddenError(METHOD, "Forbidden: x"), Verdict.REFUSED),
        (TelegramBadRequest(METHOD, "Bad Request: x"), Verdict.REFUSED),
        (TelegramAPIError(METHOD, "Payment Required"), Verdict.REFUSED),
        (TelegramNetworkError(METHOD, "reset"), Verdict.UNKNOWN),
        (ClientDecodeError("x", ValueError(), {"ok": True, "result": {}}), Verdict.SENT),
        (ClientDecodeError("x", ValueError(), "<html>502 Bad Gateway"), Verdict.UNKNOWN),
        (
            ClientDecodeError("x", ValueError(), "<html>413 Request Entity Too Large"),
            Verdict.REFUSED,
        ),
        (ClientDecodeError("x", ValueError(), "junk"), Verdict.UNKNOWN),
        (ClientDecodeError("x", ValueError(), None), Verdict.UNKNOWN),
        (ProxyConnectionError(111, "refused"), Verdict.NOT_SENT),
        (ProxyTimeoutError("slow"), Verdict.NOT_SENT),
        (ProxyError("denied"), Verdict.NOT_SENT),
    ],
    ids=str,
)
def test_verdicts(error: Exception, verdict: Verdict) -> None:
    """Each error tells whether the message was surely not sent, refused, sent, or nobody knows."""
    assert understand(error).verdict is verdict


async def test_proxy_that_is_away() -> None:
    """A message for which the proxy to Telegram cannot be reached is surely not sent."""
    bot = Bot("42:x", session=AiohttpSession(proxy=f"socks5://127.0.0.1:{free_port()}"))
    with pytest.raises(CALL_ERRORS) as caught:
        await bot(METHOD)
    assert understand(caught.value).verdict is Verdict.NOT_SENT
    await bot.session.close()


def test_details() -> None:
    """What the next try needs to know comes along."""
    assert understand(TelegramRetryAfter(METHOD, "slow down", 7)).retry_after == 7
    assert understand(TelegramMigrateToChat(METHOD, "moved", -100)).new_chat_id == -100
    assert understand(TelegramForbiddenError(METHOD, "x")).forbidden
    answer = {"ok": True, "result": [{"message_id": 5}, {"message_id": 6}]}
    assert understand(ClientDecodeError("x", ValueError(), answer)).message_id == 5


@pytest.mark.parametrize(
    ("reason", "scope"),
    [
        ("Bad Request: can't parse entities: unsupported start tag", Scope.FORMATTING),
        ("Bad Request: can't parse MessageEntity: x", Scope.FORMATTING),
        ("Bad Request: entity beginning at UTF-16 offset 3 ends after the end", Scope.FORMATTING),
        ("Bad Request: receive an entity with incorrect length 0", Scope.FORMATTING),
        ("Bad Request: entity URL 'x' is invalid: Wrong HTTP URL", Scope.FORMATTING),
        ("Bad Request: ENTITY_TEXTURL_INVALID", Scope.FORMATTING),
        ("Bad Request: PHOTO_INVALID_DIMENSIONS", Scope.CONTENT),
        ("Bad Request: IMAGE_PROCESS_FAILED", Scope.CONTENT),
        ("Bad Request: file must be non-empty", Scope.CONTENT),
        ("Request Entity Too Large", Scope.CONTENT),
        ("Bad Request: wrong file identifier/HTTP URL specified", Scope.CONTENT),
        ("Forbidden: not enough rights to send photos to the chat", Scope.CONTENT),
        ("Bad Request: CHAT_SEND_VOICES_FORBIDDEN", Scope.CONTENT),
        ("Bad Request: user restricted receiving of voice messages", Scope.CONTENT),
        ("Bad Request: message text is empty", Scope.CONTENT),
        ("Bad Request: chat not found", Scope.CHAT),
        ("Bad Request: have no rights to send a message", Scope.CHAT),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", Scope.CHAT),
        ("Bad Request: message thread not found", Scope.CHAT),
        ("Bad Request: business connection not found", Scope.CHAT),
    ],
)
def test_scopes(reason: str, scope: Scope) -> None:
    """A refusal tells what to try next: nothing, no formatting, or another form."""
    assert scope_of(reason) is scope


def test_unknown_prohibition_is_about_the_chat() -> None:
    """What Telegram forbids for a reason that we do not know is not tried in other forms."""
    assert scope_of("Forbidden: SOMETHING_NEW", forbidden=True) is Scope.CHAT
    assert scope_of("Bad Request: SOMETHING_NEW") is Scope.CONTENT


def test_unknown_reasons_are_quoted() -> None:
    """An operator reads Telegram's own words where we have none."""
    assert explain("Bad Request: SOMETHING_NEW", WORDS).endswith("SOMETHING_NEW")
    assert explain("Forbidden: bot was blocked by the user", WORDS) == WORDS.blocked


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_reason_has_words(language: str) -> None:
    """Every reason that is told apart has its sentence in every language."""
    words = operator_texts(language).delivery
    for reason in (
        "user is deactivated",
        "kicked",
        "not a member",
        "TOPIC_CLOSED",
        "no rights to send",
    ):
        assert explain(reason, words) != explain("SOMETHING_NEW", words)
        assert explain(reason, words).endswith(".")
