"""A stamp."""


class Stamp:
    """A stamp of a country, a year and a catalogue number. The condition does not make it another stamp."""

    def __init__(self, country: str, year: int, number: int, condition: str = "used") -> None:
        self.country = country
        self.year = year
        self.number = number
        self.condition = condition

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stamp):
            return NotImplemented
        return (self.country, self.year, self.number) == (other.country, other.year, other.number)

    def __hash__(self) -> int:
        return hash((self.country, self.year, self.number))

    def __repr__(self) -> str:
        return f"Stamp({self.country!r}, {self.year}, {self.number}, {self.condition!r})"
