"""What `python -m bot setup` does: ask, check, write, and tell what to do next."""
