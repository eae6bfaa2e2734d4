"""What commands raise."""


class CommandError(Exception):
    """A command cannot do what it was asked for; says why, and what to do."""
