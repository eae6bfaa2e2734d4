"""What is PlanFix's: where operators' messages come in, what each means, and their ticks."""
