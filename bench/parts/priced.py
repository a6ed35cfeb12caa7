"""Input tokens by how they are priced, and what they cost by the gateway's table."""

from dataclasses import dataclass

from controller.gateway.prices import Prices

BYTES = 3.5  # of JSON, for one token
PRICED = "claude-opus-5-5"


@dataclass
class Cost:
    """Tokens of input, by how they are priced."""

    calls: int = 0
    fresh: float = 0.0
    written: float = 0.0
    read: float = 0.0

    @property
    def dollars(self) -> float:
        price = Prices(paid=True).of(PRICED)
        assert price is not None
        rates = price.rates(0)
        used = ((self.fresh, rates.input), (self.written, rates.written), (self.read, rates.cached))
        return sum(tokens * float(nano) for tokens, nano in used) / 1e9
