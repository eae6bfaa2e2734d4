"""What `python -m bot` can do beside `run`."""
