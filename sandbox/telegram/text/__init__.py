"""Text as Telegram takes it: parse modes, entities and their rules, lengths in UTF-16 units."""

from sandbox.telegram.text.formatted import Formatted, check_length, customer_text, formatted

__all__ = ["Formatted", "check_length", "customer_text", "formatted"]
