"""One operator's message on its way to Telegram: part by part, from where the last try stopped."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import structlog

from bot.chats.chats import ChatAddress, Chats
from bot.chats.memory import Memory
from bot.chats.remembered import Said
from bot.journal.handling import Later, Mail
from bot.planfix.files import FileNotFetchedError, PlanfixFiles, name_of
from bot.telegram.chat_actions import action_for
from bot.telegram.refusals import Scope, plain_reason
from bot.telegram.sender import TelegramRefusedError, TelegramSender
from bot.texts import CustomerLanguages, DeliveryTexts
from bot.to_telegram import (
    MAX_CAPTION,
    FormattedText,
    Kind,
    LocalFile,
    album_method,
    chunks_of,
    file_method,
    joins,
    text_method,
)
from planfix_adapter import Attachment

log = structlog.get_logger("bot.planfix")

FETCH_TRIES: Final = 4
"""So often a file that its server does not give is asked for, before the customer gets a link."""

_LONGEST_LINK = 3000
_NOTHING = FormattedText("")


@dataclass(slots=True)
class Progress:
    """How far a message has come. The journal keeps it, so a restart goes on with the rest.

    What is sent is named piece by piece, not by the messages that carried it: a file that could be
    fetched yesterday and cannot be today changes which messages there are, but not the pieces.
    """

    sent: dict[str, int] = field(default_factory=dict)
    """`text 0` and `file 2`, with the numbers of their messages in the chat."""
    tries: dict[str, int] = field(default_factory=dict)
    """How often the server of a file did not give it."""
    problems: list[str] = field(default_factory=list)
    """What did not go as it should, in sentences for the operator."""
    lost: int = 0
    """So many files of which the customer got no more than the name."""

    @classmethod
    def parse(cls, raw: bytes) -> "Progress":
        """Read what `dump` wrote, or nothing."""
        return cls(**json.loads(raw)) if raw else cls()

    def dump(self) -> bytes:
        """Its form in the journal."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Route:
    """What a delivery needs to know of the house."""

    sender: TelegramSender
    files: PlanfixFiles
    chats: Chats
    memory: Memory
    words: DeliveryTexts
    languages: CustomerLanguages


class Delivery:
    """Sends one message.

    Args:
        route: By what.
        mail: The journal's entry.
        address: To where.
        text: The message's text.
        attachments: Its files.
    """

    def __init__(
        self,
        route: Route,
        mail: Mail,
        address: ChatAddress,
        text: FormattedText,
        attachments: Sequence[Attachment],
    ) -> None:
        self._route = route
        self._mail = mail
        self._address = address
        self._pieces = chunks_of(text)
        self._attachments = attachments
        self._caption = _NOTHING
        """The text, while it waits for the file that will carry it."""
        self.progress = Progress.parse(mail.progress)

    async def run(self) -> None:
        """Send what is not sent yet.

        Raises:
            Later: Something has to be tried again later.
            TelegramRefusedError: The chat takes no messages, or not this text.
        """
        waiting = [n for n in range(len(self._attachments)) if f"file {n}" not in self._sent]
        if waiting and self._fits_caption():
            self._caption = self._pieces[0]
        else:
            await self._send_pieces()
        if waiting:
            names = [name_of(self._attachments[number], number) for number in waiting]
            showing = self._route.sender.showing(self._address, action_for(names))
            async with self._route.files.place() as place, showing:
                await self._send_files(waiting, place)

    @property
    def _sent(self) -> dict[str, int]:
        return self.progress.sent

    def _fits_caption(self) -> bool:
        alone = len(self._pieces) == 1 and "text 0" not in self._sent
        return alone and self._pieces[0].fits(MAX_CAPTION)

    async def _send_pieces(self) -> None:
        for number, piece in enumerate(self._pieces):
            if f"text {number}" not in self._sent:
                numbers = await self._send_text(piece)
                await self._note_sent({f"text {number}": piece.text}, numbers)
        self._caption = _NOTHING

    async def _send_files(self, waiting: Sequence[int], place: Path) -> None:
        """Download the files in their order, and send them as soon as an album is complete."""
        album: list[LocalFile] = []
        for number in waiting:
            try:
                file = await self._route.files.fetch(self._attachments[number], number, place)
            except FileNotFetchedError as error:
                await self._send_album(album)
                album = []
                await self._do_without(number, error)
                continue
            except OSError as error:
                raise Later(f"no room for a file: {error.strerror}") from None
            if not joins(file, album):
                await self._send_album(album)
                album = []
            album.append(file)
        await self._send_album(album)

    async def _send_album(self, files: Sequence[LocalFile]) -> None:
        """Send files that share an album; one by one if Telegram refuses one of them."""
        if not files:
            return
        try:
            numbers = await self._send_together(files, self._caption)
        except TelegramRefusedError as error:
            if error.scope is Scope.CHAT:
                raise
            if len(files) > 1:
                for file in files:
                    await self._send_album([file])
                return
            reason = self._route.words.file_refused.format(reason=plain_reason(error.reason))
            await self._do_without(files[0].number, FileNotFetchedError(reason, url=files[0].url))
            return
        said = {f"file {file.number}": file.name for file in files}
        if self._caption.text:
            said[f"file {files[0].number}"] = self._caption.text
            self._sent["text 0"] = numbers[0] if numbers else 0
            self._caption = _NOTHING
        await self._note_sent(said, numbers)
        for file in files:
            await asyncio.to_thread(file.path.unlink)

    async def _send_together(
        self, files: Sequence[LocalFile], caption: FormattedText, kind: Kind | None = None
    ) -> list[int]:
        """Send an album or a file; in a plainer form if Telegram refuses the first one."""
        try:
            if len(files) > 1:
                method = album_method(self._address, files, caption)
                return await self._route.sender.send(self._mail.chat, method)
            alone = file_method(self._address, files[0], caption, kind or files[0].kind)
            return await self._route.sender.send(self._mail.chat, alone)
        except TelegramRefusedError as error:
            self._log_refusal(error)
            if error.scope is Scope.FORMATTING and caption.spans:
                return await self._send_together(files, caption.bare(), kind)
            one = len(files) == 1 and (kind or files[0].kind) is not Kind.DOCUMENT
            if error.scope is Scope.CHAT or not one:
                raise
        return await self._send_together(files, caption, Kind.DOCUMENT)

    async def _send_text(self, text: FormattedText, *, preview: bool = True) -> list[int]:
        """Send a text; without its formatting if Telegram refuses that."""
        method = text_method(self._address, text, preview=preview)
        try:
            return await self._route.sender.send(self._mail.chat, method)
        except TelegramRefusedError as error:
            if error.scope is not Scope.FORMATTING or not text.spans:
                raise
            self._log_refusal(error)
        return await self._send_text(text.bare(), preview=preview)

    async def _do_without(self, number: int, error: FileNotFetchedError) -> None:
        """Ask for a file again later, or give the customer a link to it, or else its name."""
        tries = self.progress.tries.get(str(number), 0) + 1
        if error.passing and tries < FETCH_TRIES:
            self.progress.tries[str(number)] = tries
            await self._mail.record(self.progress.dump())
            raise Later(f"a file could not be fetched: {error.reason}")
        if self._caption.text:
            await self._send_pieces()
        name = name_of(self._attachments[number], number)
        link = error.url if len(error.url) <= _LONGEST_LINK else ""
        text = await self._stand_in(name, link, error.size)
        numbers = await self._send_text(FormattedText(text), preview=False)
        words = self._route.words
        sentence = words.file_as_link if link else words.file_lost
        self.progress.problems.append(sentence.format(name=name, reason=error.reason))
        self.progress.lost += 0 if link else 1
        await self._note_sent({f"file {number}": text}, numbers)

    async def _stand_in(self, name: str, url: str, size: str) -> str:
        """What the customer gets in place of a file, in their language."""
        known = await self._route.chats.load(self._mail.chat)
        texts = self._route.languages.texts(known.language)
        form = texts.file_lost if not url else texts.file_sized_link if size else texts.file_link
        return form.format(name=name, url=url, size=size)

    async def _note_sent(self, said: dict[str, str], numbers: Sequence[int]) -> None:
        """Note that pieces are sent, durably if more have to follow; and what they said."""
        for place, piece in enumerate(said):
            self._sent[piece] = numbers[min(place, len(numbers) - 1)] if numbers else 0
        if len(self._sent) < len(self._pieces) + len(self._attachments):
            await self._mail.record(self.progress.dump())
        messages = [Said(*pair) for pair in zip(numbers, said.values(), strict=False)]
        self._route.memory.remember(self._mail.chat, messages)

    def _log_refusal(self, error: TelegramRefusedError) -> None:
        log.warning("telegram.refused", chat=self._mail.chat, reason=error.reason)
