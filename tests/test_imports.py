"""The rule of who may import whom, read from the sources."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from support import ROOT

IO_MODULES = {
    "aiohttp", "asyncio", "redis", "socket", "http", "urllib.request", "subprocess", "tempfile",
    "bot.app", "bot.wiring", "bot.journal.journal", "bot.journal.worker", "bot.chats.chats.Chats",
    "bot.store", "bot.web", "bot.commands", "bot.telegram.limits", "bot.telegram.api",
    "bot.telegram.sender", "bot.planfix.files", "planfix_adapter.client", "planfix_adapter.webhook",
}  # fmt: skip
"""What a pure module never needs."""


def sources(*patterns: str) -> list[Path]:
    """The project's files that fit the patterns; there must be some."""
    found = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    assert found, f"no file fits {patterns}"
    return found


def module_of(path: Path) -> list[str]:
    """The package that a file is in, by its parts."""
    return list(path.relative_to(ROOT).parent.parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, and every `module.name`, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module_of(path)[: len(module_of(path)) + 1 - node.level] if node.level else []
            base = ".".join([*package, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def is_under(module: str, roots: Iterable[str]) -> bool:
    """Whether a module is one of `roots`, or in one of them."""
    return any(module == root or module.startswith(f"{root}.") for root in roots)


def offences(paths: Iterable[Path], forbidden: Iterable[str]) -> list[str]:
    """Who imports what it must not."""
    roots = set(forbidden)
    return [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in paths
        for module in imports(path)
        if is_under(module, roots)
    ]


RULES = {
    "the adapter stands alone": (
        ["planfix_adapter/**/*.py"],
        ["bot", "sandbox", "aiogram", "redis", "structlog", "pydantic"],
    ),
    "the protocol knows no network": (
        [
            "planfix_adapter/protocol.py",
            "planfix_adapter/models.py",
            "planfix_adapter/exceptions.py",
        ],
        ["asyncio", "aiohttp", "planfix_adapter.client", "planfix_adapter.webhook"],
    ),
    "exceptions are below models": (
        ["planfix_adapter/exceptions.py"],
        ["planfix_adapter.models", "planfix_adapter.protocol"],
    ),
    "models are below the protocol": (["planfix_adapter/models.py"], ["planfix_adapter.protocol"]),
    "converters are pure": (["bot/to_planfix/*.py", "bot/to_telegram/*.py"], []),
    "working hours are pure": (
        ["bot/customers/hours.py", "bot/customers/hours_words.py"],
        [*IO_MODULES, "aiogram"],
    ),
    "what the bot says by itself knows no handlers": (
        ["bot/customers/*.py"],
        ["bot.telegram.handlers", "bot.telegram.forwarder", "bot.planfix.handlers"],
    ),
    "texts are pure": (["bot/texts/*.py"], ["asyncio", "aiohttp", "redis", "aiogram"]),
    "the bot needs no sandbox": (["bot/**/*.py"], ["sandbox"]),
    "the sandbox stands alone": (["sandbox/**/*.py"], ["bot", "planfix_adapter", "aiogram"]),
    "Telegram's handlers do not know PlanFix's": (
        ["bot/telegram/*.py"],
        ["bot.planfix.handlers", "bot.planfix.source", "bot.planfix.files", "bot.to_telegram"],
    ),
    "PlanFix's handlers do not know Telegram's": (
        ["bot/planfix/*.py"],
        [
            "bot.telegram.handlers",
            "bot.telegram.source",
            "bot.telegram.forwarder",
            "bot.to_planfix",
        ],
    ),
    "journal, store, chats and media know neither side": (
        [
            "bot/journal/*.py",
            "bot/store/*.py",
            "bot/chats/*.py",
            "bot/media/*.py",
            "bot/telegram/limits.py",
        ],
        [
            "aiogram",
            "planfix_adapter",
            "bot.to_planfix",
            "bot.to_telegram",
            "bot.app",
            "bot.wiring",
        ],
    ),
    "only the command line starts the whole": (
        [str(p.relative_to(ROOT)) for p in ROOT.glob("bot/**/*.py") if p.name != "cli.py"],
        ["bot.app"],
    ),
    "rooms are connected in one place": (
        [str(p.relative_to(ROOT)) for p in ROOT.glob("bot/**/*.py") if p.name != "app.py"],
        ["bot.wiring"],
    ),
    "who starts the bridge does not wait for the status page": (
        [
            "bot/app.py",
            "bot/wiring.py",
            "bot/cli.py",
            "bot/texts/__init__.py",
            "bot/monitoring/history.py",
        ],
        ["jinja2", "bot.monitoring.status_page", "bot.monitoring.status_view", "bot.texts.status"],
    ),
    "settings are below everything": (
        ["bot/settings/*.py"],
        ["aiogram", "aiohttp", "redis", "planfix_adapter", "bot.app", "bot.wiring"],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_imports_run_one_way(rule: str) -> None:
    """Each rule holds in every file that it is about."""
    patterns, forbidden = RULES[rule]
    assert offences(sources(*patterns), forbidden or IO_MODULES) == []


def test_the_protocol_waits_for_nothing() -> None:
    """The protocol and the converters have no `async` at all."""
    for path in sources(
        "planfix_adapter/protocol.py", "bot/to_planfix/*.py", "bot/to_telegram/*.py"
    ):
        waits = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
        ]
        assert waits == [], path


def test_the_rules_see_what_they_look_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader finds imports of every form, also inside of functions."""
    monkeypatch.setattr("test_imports.ROOT", tmp_path)
    (tmp_path / "bot").mkdir()
    path = tmp_path / "bot" / "a.py"
    path.write_text("def f():\n    import redis.asyncio\n    from . import app\nfrom .b import c\n")
    assert set(imports(path)) == {"redis.asyncio", "bot", "bot.app", "bot.b", "bot.b.c"}
    assert offences([path], ["redis"]) == ["bot/a.py imports redis.asyncio"]
    assert not is_under("redistribution", ["redis"])
