"""What the bridge tells about itself."""
