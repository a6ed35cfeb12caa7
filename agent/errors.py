"""What can go wrong in a life.

AgentError
├── ToolError            told to the model as a tool's result: what was wrong and what to do
└── NoAnswer             no usable answer comes any more: the life hands off without the model
    ├── BrokenOff        in the middle of it: asked for once more
    └── WindDown         the end is near, no further call; finished work may still be handed on
"""


class AgentError(Exception): ...


class ToolError(AgentError): ...


class NoAnswer(AgentError): ...


class BrokenOff(NoAnswer): ...


class WindDown(NoAnswer): ...
