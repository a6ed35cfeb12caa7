"""What a normal week looks like."""


class Template:
    """Singers by role."""

    def __init__(self):
        self._roles = {}

    def assign(self, role, singer):
        """Add a singer to a role, after those who have it."""
        self._roles.setdefault(role, []).append(singer)

    def roles(self):
        """Singers by role."""
        return self._roles
