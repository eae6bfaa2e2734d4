"""`python -m bot link`, as its user runs it."""

import json
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot_command import bot_command
from support import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Settings, and a Telegram to ask; the bridge itself does not run."""
    folder = tmp_path_factory.mktemp("link")
    async with world(folder, start=False, BRIDGE_START__FIELDS="utm_source, promo") as bridge:
        yield bridge


async def test_the_name_comes_from_telegram(running: World) -> None:
    """Without `--bot` the link has the name that Telegram tells; piped, nothing else is said."""
    link = await bot_command(running, "link", "--utm-source", "vk", "--field", "promo=A5")
    assert link == "https://t.me/sandbox_bot?start=s-vk_promo-A5\n"
    assert await bot_command(running, "link") == "https://t.me/sandbox_bot\n"


async def test_the_name_can_be_given(running: World) -> None:
    """With `--bot` nobody is asked; the link can be signed, and told to machines."""
    asked = len(running.telegram.calls)
    said = await bot_command(
        running, "link", "--bot", "@my_bot", "--title", "Заказ", "--signed", "--json"
    )
    told = json.loads(said)
    assert told["link"] == f"https://t.me/my_bot?start={told['payload']}"
    assert told["payload"].startswith("_")
    assert len(running.telegram.calls) == asked


async def test_qr_codes(running: World, tmp_path: Path) -> None:
    """The code is written as SVG or PNG, or drawn on the terminal when asked for."""
    svg, png = tmp_path / "code.svg", tmp_path / "code.png"
    for path in (svg, png):
        await bot_command(running, "link", "--bot", "my_bot", "--qr", str(path))
    assert b"<svg" in svg.read_bytes()
    header = png.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", header[16:24])
    assert width == height >= 200
    drawn = await bot_command(running, "link", "--bot", "my_bot", "--qr", "-")
    assert "█▄" in drawn


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--field", "city=Omsk"], "would not fill in city: add that to start.fields"),
        (["--field", "promo"], "--field promo: must be NAME=VALUE"),
        (["--field", "promo=1", "--field", "promo=2"], "a field is given twice"),
        (["--title", "т" * 80], "the title takes most"),
        (["--utm-source", "a\nb"], "utm_source must be one line"),
        (["--utm-source", ""], "utm_source must be one line"),
        (["--bot", "no name"], "--bot no name: is no name of a bot"),
        (["--qr", "code.gif"], "must end with .svg or .png"),
        (["--qr", "/nowhere/code.svg"], "cannot link: /nowhere/code.svg: No such file or"),
    ],
)  # fmt: skip
async def test_what_cannot_be_made_is_told(
    running: World, arguments: list[str], words: str
) -> None:
    """Each mistake ends with one line that says what to change, and 1."""
    if "--bot" not in arguments:
        arguments = ["--bot", "my_bot", *arguments]
    said = await bot_command(running, "link", *arguments, code=1)
    assert words in said
    assert len(said.splitlines()) == 1


async def test_fields_of_another_bridge(running: World) -> None:
    """`--no-check` makes a link with fields that the settings at hand do not have."""
    said = await bot_command(
        running, "link", "--bot", "my_bot", "--field", "city=Omsk", "--no-check"
    )
    assert said == "https://t.me/my_bot?start=city-Omsk\n"


async def test_telegram_is_away(running: World) -> None:
    """If Telegram does not answer, the way out is named, and no token."""
    running.telegram.faults.add("status", match="getMe", code=502)
    said = await bot_command(running, "link", code=1)
    assert "you can name it with --bot" in said
    assert "SANDBOX" not in said
