"""The log."""


def show(message):
    """One line."""
    rest = " ".join(f"{key}={value}" for key, value in message.items() if key != "kind")
    return f"{message['kind']}: {rest}"
