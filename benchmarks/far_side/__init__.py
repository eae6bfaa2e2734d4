"""A plain Telegram and a plain PlanFix, as light as can be: what both bridges are measured between.

Not the sandbox: that one is strict and shows pages; this one counts and keeps out of the way.
"""
