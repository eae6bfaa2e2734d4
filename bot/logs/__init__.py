"""Log events, without a secret, a control character or a flood."""
