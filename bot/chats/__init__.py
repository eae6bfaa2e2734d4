"""The mapping: chats, phones, contacts and messages, as both sides know them."""
