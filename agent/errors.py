"""What can go wrong in a life.

AgentError
├── ToolError              told to the model as a tool's result: what was wrong and what to do
├── GitFailed              git refused or broke: the life cannot hand off, and dies
└── NoAnswer               the model gives no usable answer any more: the life hands off without it
    ├── BudgetSpent        a call was not let through
    ├── ModelUnavailable   a fault of the world that the gateway passed on
    └── WindDown           the end is near: no further call; finished work may still be handed on
"""


class AgentError(Exception):
    """The root: everything that the agent raises on purpose."""


class ToolError(AgentError):
    """A tool could not do what it was asked; the message goes to the model."""


class GitFailed(AgentError):
    """git refused or broke."""


class NoAnswer(AgentError):
    """The model gives no usable answer any more."""


class BudgetSpent(NoAnswer):
    """A call was not let through, because the budget is spent."""


class ModelUnavailable(NoAnswer):
    """The provider or the way to it failed."""


class WindDown(NoAnswer):
    """The life is told, or tells itself, to come to its end."""
