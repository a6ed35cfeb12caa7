"""How fast a provider's models answer, measured: what is asked for has to fit the time that a life has left. Pure."""

from dataclasses import dataclass

from controller.gateway.upstreams.upstream import JSON

ASSUMED = 10.0  # tokens a second, of a model that has not answered yet
LEAST_TOKENS, LEAST_SECONDS = 8, 0.05  # of an answer that says something of the speed
LEAST_ANSWER = 256  # tokens; a shorter answer is not worth its input
WIND_DOWN_LEFT = 5  # at a fifth of its time, a life is asked to wind down


@dataclass
class Speed:
    """Of one model: tokens a second, and seconds of an answer. The last answers count most."""

    tokens: float
    seconds: float


class Pace:
    """The speed of each model of one provider."""

    def __init__(self) -> None:
        self._speeds: dict[str, Speed] = {}

    def learn(self, model: str, tokens: int, seconds: float) -> None:
        """An answer of `tokens` took so many seconds from its first bytes on, whole or as far as it came."""
        if tokens < LEAST_TOKENS or seconds < LEAST_SECONDS:
            return
        known = self._speeds.get(model, Speed(tokens / seconds, seconds))
        self._speeds[model] = Speed((known.tokens + tokens / seconds) / 2, (known.seconds + seconds) / 2)

    def fit(self, request: JSON, seconds_left: float) -> JSON:
        """The request with `max_tokens` shrunk to what half of the time that is left is enough for."""
        if seconds_left == float("inf"):
            return request
        speed = ASSUMED
        if request["model"] in self._speeds:
            speed = self._speeds[request["model"]].tokens
        thinking = (request.get("thinking") or {}).get("budget_tokens") or 0  # the API wants max_tokens to exceed it
        room = max(int(speed * seconds_left / 2), LEAST_ANSWER + thinking)
        if request["max_tokens"] <= room:
            return request
        return {**request, "max_tokens": room}

    def ends_late(self, model: str, seconds_left: float, limit: float) -> bool:
        """Whether a life that has so many seconds left of `limit` is to wind down when the next answer is over."""
        known = self._speeds.get(model)
        if known is None or limit == float("inf"):
            return False
        return (seconds_left - known.seconds) * WIND_DOWN_LEFT <= limit
