"""The paths of our server that others are told."""

from typing import Final

PLANFIX_PATH: Final = "/planfix"
TELEGRAM_PATH: Final = "/telegram"
PROBE_PATH: Final = "/probe"
