"""Our HTTP server: what it takes from anybody, for how long, and who has to wait."""
