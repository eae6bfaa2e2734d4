"""What customers send, as words and files for PlanFix. Pure: no network, no storage."""

from bot.to_planfix.content import Content, CustomerFile
from bot.to_planfix.kinds import CARRIED, NOT_CARRIED, content_of, unsupported

__all__ = ["CARRIED", "NOT_CARRIED", "Content", "CustomerFile", "content_of", "unsupported"]
