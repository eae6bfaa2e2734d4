"""What an administrator decides: a TOML file and the environment, read once."""
