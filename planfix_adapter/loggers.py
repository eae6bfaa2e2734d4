"""The names under which this package logs."""

import logging

webhook = logging.getLogger("planfix_adapter.webhook")
