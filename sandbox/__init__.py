"""A Telegram and a PlanFix on this machine, strict enough to test a bridge against."""
