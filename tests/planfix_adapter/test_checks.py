"""What a client and a webhook can be set up with."""

import pytest

from planfix_adapter import (
    ChatId,
    ChatRef,
    ContactId,
    OperatorMessage,
    PlanfixClient,
    PlanfixWebhook,
)


async def nowhere(_message: OperatorMessage) -> ChatRef:
    """A callback that is never awaited here."""
    return ChatRef(ChatId("1"), ContactId("1"))


@pytest.mark.parametrize(
    "url",
    [
        "https://account.planfix.ru/webchat/api",
        "https://account.planfix.com:8443/webchat/api",
        "https://чат.рф/webchat/api",
        "http://localhost:8082/webchat/api",
        "http://127.8.9.10/webchat/api",
        "http://[::1]:8082/webchat/api",
    ],
)
def test_addresses_that_keep_the_key_safe_are_taken(url: str) -> None:
    """HTTPS anywhere and plain HTTP on loopback are fine, outside of an event loop too."""
    PlanfixClient(url, "key", "telegram")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "planfix",
        "//account.planfix.ru/webchat/api",
        "http://account.planfix.ru/webchat/api",
        "http://127.0.0.1.planfix.ru/",
        "http://localhost.planfix.ru/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
        "https://",
        "https://account.planfix.ru:port/",
        "https://account..planfix.ru/",
        f"https://{'a' * 64}.planfix.ru/",
        "https://me:password@account.planfix.ru/",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(url: str) -> None:
    """A wrong address is an error at once, whose text does not repeat a password from it."""
    with pytest.raises(ValueError, match="PlanFix's address") as caught:
        PlanfixClient(url, "key", "telegram")
    assert "password@" not in str(caught.value)


@pytest.mark.parametrize("provider_id", ["", " ", "tele~gram"])
def test_a_provider_id_that_planfix_does_not_allow_is_refused(provider_id: str) -> None:
    """Neither a client nor a webhook takes a blank provider_id or one with a tilde."""
    with pytest.raises(ValueError, match="provider_id"):
        PlanfixClient("https://account.planfix.ru/", "key", provider_id)
    with pytest.raises(ValueError, match="provider_id"):
        PlanfixWebhook(provider_id, ["key"], nowhere)


def test_empty_keys_are_refused() -> None:
    """An empty key, which anybody would know, is an error on both sides."""
    with pytest.raises(ValueError, match="token"):
        PlanfixClient("https://account.planfix.ru/", "", "telegram")
    for tokens in ([], [""], ["key", " "]):
        with pytest.raises(ValueError, match="token"):
            PlanfixWebhook("telegram", tokens, nowhere)


def test_a_single_key_is_no_list_of_letters() -> None:
    """A key given without its list is an error, not a list of one-letter keys."""
    with pytest.raises(ValueError, match="list"):
        PlanfixWebhook("telegram", "key", nowhere)
