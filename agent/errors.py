"""What can go wrong in a life.

LifeError          the root
├── ToolError      a tool cannot do what was asked: its text goes to the model, and the life goes on
│   └── Refused    the work is not fit to be handed on: it goes to the model too, a few times
└── NoAnswer       the model does not answer: the life hands on what stands
    ├── BrokenOff  the answer broke off in mid-stream: it is asked for once more
    ├── TooLong    the conversation is longer than the model takes: a shorter one is tried
    └── WindDown   the budget is nearly used, or the life leads nowhere
"""


class LifeError(Exception):
    """The root of all of them."""


class ToolError(LifeError):
    """A tool cannot do what was asked. Its text goes to the model, and says what to do next."""


class Refused(ToolError):
    """The work that stands is not fit to be handed on: by its check, or by the gates."""


class NoAnswer(LifeError):
    """The model does not answer, or not what it was asked."""


class BrokenOff(NoAnswer):
    """The answer ended in mid-stream."""


class TooLong(NoAnswer):
    """The conversation is longer than the model takes."""


class WindDown(NoAnswer):
    """The budget is nearly used, or turn after turn leads nowhere."""
