"""What is paid."""

CHILD, ADULT, SENIOR = 320, 560, 410


def single(age):
    """A single ticket."""
    if age < 4:
        return 0
    if age < 16:
        return CHILD
    return ADULT if age < 65 else SENIOR
