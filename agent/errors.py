"""What can go wrong in a life."""


class ToolError(Exception):
    """Told to the model."""


class NoAnswer(Exception):
    """The life hands off without the model."""


class BrokenOff(NoAnswer):
    """In mid-stream: ask once more."""


class WindDown(NoAnswer):
    """What stands goes along as the attempt."""
