"""Which version of the program this is."""

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The version as it was installed, such as `0.1.0`; a note if it was not."""
    try:
        return version("planfix-telegram-bridge")
    except PackageNotFoundError:
        return "not installed: run from its sources"
