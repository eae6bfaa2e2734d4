"""A stand-in for PlanFix: its chat API, the tasks and contacts behind it, and an operator."""

from sandbox.planfix.models import Attachment, Call, Contact, Message, Operator, Task
from sandbox.planfix.server import PlanfixSandbox

__all__ = ["Attachment", "Call", "Contact", "Message", "Operator", "PlanfixSandbox", "Task"]
