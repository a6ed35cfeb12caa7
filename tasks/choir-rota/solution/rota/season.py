"""The weeks of one season."""

from copy import deepcopy

from rota.template import Template


class Season:
    """Weeks 1 to `weeks`, each as the template says until it is changed."""

    def __init__(self, template: Template, weeks: int):
        self._planned = deepcopy(template.roles())
        self._weeks = [deepcopy(self._planned) for _ in range(weeks)]

    def week(self, number):
        """Singers by role in one week. Raises IndexError outside of the season."""
        return deepcopy(self._weeks[self._place(number)])

    def swap(self, number, role, other):
        """Let the leaders of two roles change places in one week."""
        week = self._weeks[self._place(number)]
        week[role][0], week[other][0] = week[other][0], week[role][0]

    def stand_in(self, number, role, singer):
        """Let somebody else lead a role in one week."""
        self._weeks[self._place(number)][role][0] = singer

    def restore(self, number):
        """Put one week back to what was planned."""
        self._weeks[self._place(number)] = deepcopy(self._planned)

    def duties(self, singer):
        """The weeks in which a singer has any role, and the roles in alphabetical order."""
        found = []
        for number, week in enumerate(self._weeks, 1):
            roles = sorted(role for role, singers in week.items() if singer in singers)
            if roles:
                found.append((number, roles))
        return found

    def _place(self, number):
        if not 1 <= number <= len(self._weeks):
            raise IndexError(f"the season has no week {number}")
        return number - 1
