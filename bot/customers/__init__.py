"""What the bot itself says to customers, beside what it carries."""
