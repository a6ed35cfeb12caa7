"""What time and chance change is left out of a comparison; everything else counts."""

import pytest

from controller.gateway.difference import AFTER, BEFORE, differences, normalise
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.recordings import HIDDEN
from controller.life.workspace import new_token

SAME = [
    ("47 passed in 3.21s", "47 passed in 12.4s"),
    ("real\t0m0.003s", "real\t1m10.251s"),
    ("it took 12 ms, then 3 seconds", "it took 7 ms, then 41.5 seconds"),
    ('{"seconds":12.3,"n":1}', '{"seconds":1,"n":1}'),
    ('exit 0\nHEIRLOOM-HUNT {"find":1}\nend', 'exit 0\nHEIRLOOM-HUNT {"numbers":{"mutants":12}}\nend'),
    ("Sat Nov 21 06:14:10 UTC 2026", "Mon Jan  4 23:59:59 UTC 2027"),
    ("-rw-r--r-- 1 root root 12 Nov 21 06:14 a.py", "-rw-r--r-- 1 root root 12 Jan  4 23:59 a.py"),
    ("2026-11-21T06:14:10.123Z x", "2027-01-04 23:59:59 x"),
    ("at 1795241650, 1795241650.25, 1795241650123456789", "at 1801234567, 1801234567.5, 1801234567000000001"),
    ("<object at 0x7f3a2b1c9d40>", "<object at 0x55d0c0ffee12>"),
    ("connecting to 127.0.0.1:40123", "connecting to 127.0.0.1:5123"),
    ("[main 1956fa9] a commit", "[main 0a1b2c3] a commit"),
    ("tree " + "1a" * 20, "tree " + "b2" * 20),
    ("c56a4180-65aa-42ec-a945-5fd21dec0538", "00000000-1111-2222-3333-444444444444"),
    ("/tmp/tmp.AbCdEf1234/x /tmp/tmpab12cd_x", "/tmp/tmp.0123456789/x /tmp/tmpzz99yy_w"),
    (f"ANTHROPIC_API_KEY=heirloom-{31 * 'z'}-\n", f"ANTHROPIC_API_KEY={HIDDEN.decode()}\n"),
]
OTHER = [
    ("123456789", "987654321"),  # date +%N
    ("47 passed in 3.21s", "46 passed in 3.21s"),
    ("exit 0", "exit 1"),
    ("HEIRLOOM-HUNT {}\nexit 0", "HEIRLOOM-HUNT {}\nexit 1"),
    ("deadbeef", "feedbeef"),
    ("4096 bytes", "8192 bytes"),
    ("/tmp/test-output", "/tmp/test-changes"),
    ("10.0.0.1", "10.0.0.2"),
    ("port 8080", "port 9090"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_time_and_chance_make_no_difference(one: str, other: str) -> None:
    assert one != other and normalise(one) == normalise(other)


def test_a_token_makes_no_difference() -> None:
    assert {normalise(new_token()) for _ in range(200)} == {normalise(HIDDEN.decode())} == {"<id>"}


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_act_is_a_difference(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def found(one: object, other: object) -> list[tuple[str, str, str]]:
    return [(each.where, each.expected, each.got) for each in differences(3, one, other)]


def test_a_difference_names_path_and_sides() -> None:
    def request(text: str) -> JSON:
        return {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}

    assert found(request("in 3.2s"), request("in 4.1s")) == []
    assert found(request("one"), request("two")) == [("messages[0].content[0].text", "'one'", "'two'")]
    assert found(request("one"), request("one") | {"stream": True}) == [("stream", "nothing", "'True'")]
    longer = request("one")
    longer["messages"].append({"role": "user"})
    assert found(request("one"), longer) == [("messages[1]", "nothing", "\"{'role': 'user'}\"")]
    assert found({"a": 1}, {"a": True}) == [("a", "'1'", "'True'")]
    assert [where for where, _, _ in found({"a": 1, "b": [2]}, {"a": 2, "b": [3]})] == ["a", "b[0]"]


def test_a_long_difference_is_bounded() -> None:
    ((_, expected, got),) = found("x" * 10_000 + "old" + "y" * 10_000, "x" * 10_000 + "new" + "y" * 10_000)
    assert "xold" in expected and "xnew" in got
    assert len(expected) < BEFORE + AFTER + 10
