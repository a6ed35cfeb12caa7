"""What can go wrong in a life.

AgentError
├── ToolError            told to the model as a tool's result: what was wrong and what to do
└── NoAnswer             no usable answer comes any more: the life hands off without the model
    ├── BudgetSpent      a call was not let through
    ├── ModelUnavailable a fault of the world that the gateway passed on
    │   └── BrokenOff    in the middle of an answer
    └── WindDown         the end is near, no further call; finished work may still be handed on
"""


class AgentError(Exception): ...


class ToolError(AgentError): ...


class NoAnswer(AgentError): ...


class BudgetSpent(NoAnswer): ...


class ModelUnavailable(NoAnswer): ...


class BrokenOff(ModelUnavailable): ...


class WindDown(NoAnswer): ...
