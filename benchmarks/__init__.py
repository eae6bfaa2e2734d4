"""How fast the bridge is, beside the bridge that most people would write: `make bench`."""
