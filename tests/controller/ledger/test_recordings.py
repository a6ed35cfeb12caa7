"""What was said in lives, in its file: once, in little room, and as long as the operator wants it."""

import random
import sqlite3
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from controller.errors import LedgerError, RequestError
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.recordings import FILE, HIDDEN, Exchange, Recordings
from controller.settings.load import load
from controller.settings.retention import DAY, Retention
from controller.settings.settings import Settings

TOKEN = "heirloom-a-token-of-one-life"
TOOLS = [{"name": "bash", "description": "Run a command.", "input_schema": {"type": "object"}}]


def request(*messages: JSON, **more: object) -> JSON:
    return {"model": "m", "max_tokens": 16_000, "system": "You evolve.", "tools": TOOLS, "messages": [*messages]} | more


def said(role: str, text: str) -> JSON:
    return {"role": role, "content": [{"type": "text", "text": text}]}


def exchange(life: int, number: int, asked: JSON, answer: bytes = b"{}") -> Exchange:
    return Exchange(life, number, "/v1/messages", asked, 200, {"content-type": "application/json"}, answer, True, 7)


@pytest.fixture
def recordings(tmp_path: Path) -> Iterator[Recordings]:
    one = Recordings(tmp_path)
    yield one
    one.close()


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob(f"{FILE}*"))


def test_exchange_comes_back_as_it_was(recordings: Recordings) -> None:
    mark = {"type": "ephemeral"}
    marked = {
        "role": "user",
        "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "√", "cache_control": mark}],
    }
    asked = [
        request(said("user", "Hello")),
        request({"role": "user", "content": "Hello"}, marked, stop_sequences=["x"], cache_control=mark),
        {"model": "m", "messages": [said("user", "Hello")]},
    ]
    for number, one in enumerate(asked, 1):
        recordings.add(exchange(3, number, one, b"\x00\xff answer" * number), TOKEN)
    recordings.add(Exchange(3, 4, "/v1/messages", asked[0], None, {}, b"", False), TOKEN)
    recordings.add(exchange(3, 5, {}), TOKEN)
    found = list(recordings.of_life(3))
    assert [one.request for one in found] == [*asked, asked[0], {}]
    assert [one.answer for one in found] == [
        b"\x00\xff answer" * 1,
        b"\x00\xff answer" * 2,
        b"\x00\xff answer" * 3,
        b"",
        b"{}",
    ]
    assert (found[0].status, found[0].call, found[0].whole, found[0].headers) == (
        200, 7, True, {"content-type": "application/json"},
    )  # fmt: skip
    assert (found[3].status, found[3].call, found[3].whole) == (None, None, False)
    assert list(recordings.of_life(4)) == []


def test_hundred_turns_take_little_room(recordings: Recordings, tmp_path: Path) -> None:
    draw = random.Random(1)
    letters = string.ascii_letters + string.digits + "+/"  # nothing to gain by compressing but two bits a byte

    def noise(count: int) -> str:
        return "".join(draw.choices(letters, k=count))

    before, answers, messages = size(tmp_path), 0, [said("user", noise(4_000))]
    for number in range(1, 101):
        asked = request(*messages, system="s" * 6_000)
        asked["messages"][-1] = {
            **messages[-1],
            "content": [{**messages[-1]["content"][-1], "cache_control": {"type": "ephemeral"}}],
        }
        reply = said("assistant", noise(600))
        answer = str({"id": f"msg_{number}", "content": reply["content"], "usage": {"output_tokens": 200}}).encode()
        recordings.add(exchange(1, number, asked, answer), TOKEN)
        answers += len(answer)
        messages += [reply, said("user", noise(900))]
    recordings.close()
    last = len(str(asked))
    assert last > 150_000
    taken = size(tmp_path) - before
    assert taken <= 1.5 * (last + answers), f"{taken / (last + answers):.2f} times"


def test_token_of_a_life_is_stored_nowhere(recordings: Recordings, tmp_path: Path) -> None:
    asked = request(said("user", f"env: ANTHROPIC_API_KEY={TOKEN}"), system=TOKEN)
    recordings.add(exchange(1, 1, asked, f"you said {TOKEN}".encode()), TOKEN)
    (one,) = recordings.of_life(1)
    assert one.answer == b"you said " + HIDDEN and HIDDEN.decode() in str(one.request) and TOKEN not in str(one)


def bodies(folder: Path) -> tuple[int, int]:
    """How many bodies have their text, how many have lost it."""
    database = sqlite3.connect(folder / FILE)
    try:
        kept, gone = database.execute("SELECT count(data), count(*) - count(data) FROM bodies").fetchone()
    finally:
        database.close()
    return int(kept), int(gone)


def test_retention_drops_bodies_and_never_rows(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path, Retention(lives=2))
    for life in (1, 2, 3):
        recordings.add(exchange(life, 1, request(said("user", f"only in {life} {'x' * 50_000 * life}"))), TOKEN)
        recordings.drop()
    one, two, three = ([*recordings.of_life(life)] for life in (1, 2, 3))
    assert (one[0].request, one[0].status, one[0].call, one[0].answer) == (None, 200, 7, b"{}")  # the answer is shared
    assert two[0].request is not None and three[0].request is not None
    assert bodies(tmp_path)[1] == 1
    again = request(said("user", f"only in 1 {'x' * 50_000}"))
    recordings.add(exchange(4, 1, again), TOKEN)
    assert [each.request for each in recordings.of_life(4)] == [again]
    assert [each.request for each in recordings.of_life(1)] == [again]  # what is said again is there again
    recordings.close()


def test_body_belongs_to_its_newest_life(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path, Retention(lives=1))
    shared = request(said("user", "what both lives say"))
    for life, number in ((1, 1), (2, 1), (1, 2)):  # two lives at once: the older one speaks last
        recordings.add(exchange(life, number, shared), TOKEN)
    recordings.add(exchange(1, 3, request(said("user", "only in the first"))), TOKEN)
    recordings.drop()
    recordings.add(exchange(1, 4, shared), TOKEN)
    assert [one.request for one in recordings.of_life(2)] == [shared]
    assert [one.request for one in recordings.of_life(1)] == [shared, shared, None, shared]
    recordings.close()


def test_lives_are_recorded_at_once(recordings: Recordings) -> None:
    def speak(life: int) -> None:
        for number in range(1, 21):
            recordings.add(exchange(life, number, request(said("user", f"{life} {number % 3}"))), TOKEN)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(speak, range(1, 5)))
    for life in range(1, 5):
        told = [str(one.request) for one in recordings.of_life(life)]
        assert told == [str(request(said("user", f"{life} {number % 3}"))) for number in range(1, 21)]


def test_dropped_bodies_give_their_room_back(tmp_path: Path) -> None:
    draw = random.Random(2)
    recordings = Recordings(tmp_path, Retention(bytes=1_500_000))
    for life in range(1, 9):
        recordings.add(exchange(life, 1, request(said("user", draw.randbytes(400_000).hex()))), TOKEN)
        recordings.drop()
    recordings.close()
    assert size(tmp_path) < 2_500_000
    assert bodies(tmp_path)[1] >= 4


def test_days_count_from_a_lifes_end(tmp_path: Path) -> None:
    now = [1_000_000_000.0]
    recordings = Recordings(tmp_path, Retention(days=2), clock=lambda: now[0])
    for life in (1, 2, 3):
        now[0] += DAY
        recordings.add(exchange(life, 1, request(said("user", f"life {life}"))), TOKEN)
    now[0] += 1.5 * DAY
    recordings.drop()
    assert [next(recordings.of_life(life)).request is None for life in (1, 2, 3)] == [True, True, False]
    now[0] += 99 * DAY
    recordings.drop()
    assert next(recordings.of_life(3)).request is not None  # the newest life is always kept
    recordings.close()


def test_full_disk_leaves_older_exchanges_whole(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path, pages=30)
    draw = random.Random(3)
    small, large = request(said("user", "small")), request(said("user", draw.randbytes(100_000).hex()))
    recordings.add(exchange(1, 1, small), TOKEN)
    with pytest.raises(LedgerError, match="full; check the disk"):
        recordings.add(exchange(1, 2, large), TOKEN)
    recordings.add(exchange(1, 3, small), TOKEN)
    assert [(one.number, one.request) for one in recordings.of_life(1)] == [(1, small), (3, small)]
    recordings.close()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("all", Retention()),
        ("50 lives", Retention(lives=50)),
        ("30days", Retention(days=30)),
        ("2 GB, 10 lives", Retention(lives=10, bytes=2_000_000_000)),
    ],
)
def test_retention_is_parsed(text: str, meant: Retention) -> None:
    assert Retention.parse(text) == meant
    assert Settings(retention=text).retention == text


@pytest.mark.parametrize("text", ["", "0 lives", "5", "-1 days", "2 GB, 3 MB", "5 parsecs", "1.5 GB"])
def test_unknown_retention_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match=r"environment: retention: .*(no bound; say all|twice)"):
        load({}, {"HEIRLOOM_RETENTION": text}, None)
