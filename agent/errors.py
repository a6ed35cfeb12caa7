"""What can go wrong in a life."""


class ToolError(Exception):
    """Told to the model: what was wrong and what to do."""


class NoAnswer(Exception):
    """The life hands off without the model."""


class WindDown(NoAnswer):
    """What stands goes along as the attempt."""
