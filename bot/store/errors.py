"""What can be wrong with the store."""


class StoreError(Exception):
    """The Redis cannot be trusted with messages, with what to do."""
