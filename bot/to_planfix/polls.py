"""Polls and checklists."""

from collections.abc import Iterable

from aiogram.types import ChecklistTask, InaccessibleMessage, Message, Poll, PollMedia, PollOption

from bot.texts import ContentTexts
from bot.to_planfix.content import Content, CustomerFile, clean, note
from bot.to_planfix.entities import readable
from bot.to_planfix.files import Origin, files_of
from bot.to_planfix.origins import summary
from bot.to_planfix.places import map_link


def poll(message: Message, words: ContentTexts) -> Content:
    """A poll or a quiz: its question, its options, and how it is answered."""
    asked = message.poll
    if asked is None:
        return Content()
    label = words.quiz if asked.type == "quiz" else words.kinds["poll"]
    question = clean(readable(asked.question, asked.question_entities, words))
    description = clean(readable(asked.description or "", asked.description_entities, words))
    lines = [note(label, question), description]
    right = set(asked.correct_option_ids or ())
    for index, option in enumerate(asked.options):
        lines.append(_option_line(option, correct=index in right, words=words))
    if asked.explanation:
        explanation = clean(readable(asked.explanation, asked.explanation_entities, words))
        lines.append(f"{words.explanation}: {explanation}")
    if manner := _manner(asked, words):
        lines.append(note(", ".join(manner)))
    return Content("\n".join(line for line in lines if line), _poll_files(asked, message))


def _option_line(option: PollOption, *, correct: bool, words: ContentTexts) -> str:
    details = [words.count("vote", option.voter_count)] if option.voter_count else []
    if correct:
        details.append(words.correct)
    text = clean(readable(option.text, option.text_entities, words))
    line = f"• {text}" + (f" ({', '.join(details)})" if details else "")
    extra = _place_or_link(option.media, words)
    return f"{line} {extra}" if extra else line


def _place_or_link(media: PollMedia | None, words: ContentTexts) -> str:
    if media is None:
        return ""
    if media.link:
        return clean(media.link.url)
    place = media.venue.location if media.venue else media.location
    return map_link(place, words) if place else ""


def _manner(asked: Poll, words: ContentTexts) -> list[str]:
    manner = {
        words.anonymous: asked.is_anonymous,
        words.several_answers: asked.allows_multiple_answers,
        words.closed: asked.is_closed,
    }
    return [text for text, applies in manner.items() if applies]


def _poll_files(asked: Poll, message: Message) -> tuple[CustomerFile, ...]:
    media = [asked.media, asked.explanation_media, *(option.media for option in asked.options)]
    origin = Origin.of(message)
    return tuple(
        file
        for index, holder in enumerate(media, start=1)
        for file in files_of(holder, origin.part(index))
    )


def poll_option(message: Message, words: ContentTexts) -> Content:
    """An option that was added to a poll, or deleted from it."""
    added, deleted = message.poll_option_added, message.poll_option_deleted
    change = added or deleted
    if change is None:
        return Content()
    label = words.kinds["poll_option_added" if added else "poll_option_deleted"]
    asked = change.poll_message
    return Content(note(label, clean(change.option_text), summary(asked, words) if asked else ""))


def checklist(message: Message, words: ContentTexts) -> Content:
    """A checklist: its title, and its tasks with their ticks."""
    listed = message.checklist
    if listed is None:
        return Content()
    title = clean(readable(listed.title, listed.title_entities, words))
    return Content("\n".join([note(words.kinds["checklist"], title), *_tasks(listed.tasks, words)]))


def _tasks(tasks: Iterable[ChecklistTask], words: ContentTexts) -> list[str]:
    return [
        f"{'☑' if _is_done(task) else '☐'} {clean(readable(task.text, task.text_entities, words))}"
        for task in tasks
    ]


def _is_done(task: ChecklistTask) -> bool:
    return bool(task.completion_date or task.completed_by_user or task.completed_by_chat)


def tasks_done(message: Message, words: ContentTexts) -> Content:
    """Tasks of a checklist that were ticked, or whose tick was taken away."""
    change = message.checklist_tasks_done
    if change is None:
        return Content()
    known = _known_tasks(change.checklist_message)
    marks = [("☑", number) for number in change.marked_as_done_task_ids or ()]
    marks += [("☐", number) for number in change.marked_as_not_done_task_ids or ()]
    lines = [
        f"{mark} {clean(known.get(number) or words.task.format(number=number))}"
        for mark, number in marks
    ]
    label = words.kinds["checklist_tasks_done"]
    return Content("\n".join([note(label, _title_of(change.checklist_message)), *lines]))


def tasks_added(message: Message, words: ContentTexts) -> Content:
    """Tasks that were added to a checklist."""
    change = message.checklist_tasks_added
    if change is None:
        return Content()
    label = note(words.kinds["checklist_tasks_added"], _title_of(change.checklist_message))
    return Content("\n".join([label, *_tasks(change.tasks, words)]))


def _known_tasks(message: Message | InaccessibleMessage | None) -> dict[int, str]:
    listed = message.checklist if isinstance(message, Message) else None
    return {task.id: task.text for task in listed.tasks} if listed else {}


def _title_of(message: Message | InaccessibleMessage | None) -> str:
    listed = message.checklist if isinstance(message, Message) else None
    return clean(listed.title) if listed else ""
