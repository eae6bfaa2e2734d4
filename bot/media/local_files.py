"""Files on the disk that a local Bot API server (`--local`) shares with the bridge."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from bot.media.byte_ranges import ByteRange
from bot.media.view import FileStream, RangeError

CHUNK: Final = 256 * 1024
"""Bytes. Each chunk is a trip to a thread, so fewer are better."""

# A link or a pipe in a file's place must not lead elsewhere or hang; Windows knows neither flag.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@asynccontextmanager
async def open_local(path: Path, wanted: ByteRange | None) -> AsyncIterator[FileStream]:
    """Open a regular file, or the part that is wanted of it.

    Raises:
        OSError: It cannot be read, or is no regular file.
        RangeError: It has no such part.
    """
    file = await asyncio.to_thread(_open, path)
    try:
        size = os.fstat(file.fileno()).st_size
        part = wanted.within(size) if wanted else range(size)
        if wanted and not part:
            raise RangeError(size)
        content_range = f"bytes {part.start}-{part.stop - 1}/{size}" if wanted else ""
        yield FileStream(_read(file, part), len(part), content_range)
    finally:
        file.close()


def _open(path: Path) -> IO[bytes]:
    file = os.fdopen(os.open(path, _FLAGS), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


async def _read(file: IO[bytes], part: range) -> AsyncIterator[bytes]:
    left = len(part)
    await asyncio.to_thread(file.seek, part.start)
    while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK, left))):
        left -= len(chunk)
        yield chunk
