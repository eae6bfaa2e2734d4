"""Addresses of servers that replace each other: read, or refused in words that show no value."""

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings.settings import RedisSettings
from bot.store.redis_url import ReplicatedUrl, passwords


def test_sentinels_are_read() -> None:
    """Every part of a Sentinel's address has its meaning; ports and the database have defaults."""
    url = "redis+sentinel://me:p%40ss@a:1,b,[::1]:3/main/2?sentinel_password=other"
    assert ReplicatedUrl.parse(url) == ReplicatedUrl(
        guides=(("a", 1), ("b", 26379), ("::1", 3)),
        service="main",
        database=2,
        username="me",
        password="p@ss",
        sentinel_password="other",
        tls=False,
    )


def test_a_cluster_is_read() -> None:
    """A Cluster's address has nothing after its nodes."""
    read = ReplicatedUrl.parse("rediss+cluster://:pass@a:1,b/")
    assert read == ReplicatedUrl(
        guides=(("a", 1), ("b", 6379)),
        service="",
        database=0,
        username=None,
        password="pass",
        sentinel_password=None,
        tls=True,
    )


@pytest.mark.parametrize(
    "url", ["redis://:p@host:6379/1", "rediss://host", "unix:///run/redis.sock"]
)
def test_a_single_server_is_none_of_them(url: str) -> None:
    """Other addresses are left to others."""
    assert ReplicatedUrl.parse(url) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+sentinel://:marker@host:26379", "must end with the service"),
        ("redis+sentinel://:marker@host:26379/", "must end with the service"),
        ("redis+sentinel://:marker@host/main/first", "nothing but a database's number"),
        ("redis+sentinel://:marker@host/main/0?password=marker", "no option"),
        ("redis+sentinel://:marker@/main", "host:port,host:port"),
        ("redis+sentinel://:marker@a,,b/main", "host:port,host:port"),
        ("redis+sentinel://:marker@a:port/main", "host:port,host:port"),
        ("redis+sentinel://:marker@a:0/main", "host:port,host:port"),
        ("redis+sentinel://:marker@a:99999/main", "host:port,host:port"),
        ("redis+sentinel://:marker@a b/main", "host:port,host:port"),
        ("redis+sentinel://:mar/ker@a/main", "nothing but a database's number"),
        ("redis+cluster://:marker@a:1/2", "must end after the hosts"),
        ("redis+cluster://:marker@a:1?sentinel_password=marker", "no option"),
        ("redis+cluster://", "host:port,host:port"),
        ("redis+clusters://a:1", "must be an address such as"),
    ],
)
def test_a_mistake_is_told(url: str, words: str) -> None:
    """Each mistake has its words, and none shows what was written."""
    with pytest.raises(ValidationError) as caught:
        RedisSettings(url=SecretStr(url))
    [error] = caught.value.errors(include_input=False, include_context=False)
    assert words in error["msg"]
    assert "mar" not in error["msg"]


def test_every_password_is_found() -> None:
    """What must not be shown is known, in both spellings, wherever an address may have it."""
    assert passwords("redis+sentinel://u:p%40ss@a:1,[::1]:2/main?sentinel_password=x%2By") == [
        "p%40ss", "p@ss", "x+y"
    ]  # fmt: skip
    assert passwords("unix://:secret@/run/redis.sock") == ["secret", "secret"]
    assert passwords("unix:///run/redis.sock?password=secret") == ["secret"]
    assert passwords("redis://host/0") == []
    assert passwords("") == []
