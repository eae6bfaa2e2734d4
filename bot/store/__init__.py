"""Redis: ours or the administrator's, checked before it is trusted."""
