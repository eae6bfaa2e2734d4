"""What `python -m bot check` looks at, one file per subject."""
