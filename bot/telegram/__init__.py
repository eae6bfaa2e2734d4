"""What is Telegram's: where updates come in, what each means, and the way out."""
