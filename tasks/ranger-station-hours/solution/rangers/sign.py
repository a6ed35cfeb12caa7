"""The sign at the door."""


def sign(hours, moment):
    """What the sign says."""
    word = "open" if hours.is_open(moment) else "closed"
    change = hours.next_change(moment)
    if change is None:
        return f"always {word}"
    if change.date() == moment.date():
        return f"{word} until {change:%H:%M}"
    return f"{word} until {change:%a %H:%M}"
