"""The bridge: customers in Telegram on one side, operators in PlanFix on the other."""
