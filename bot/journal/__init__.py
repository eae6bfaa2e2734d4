"""The durable mailboxes, and the workers that empty them."""
