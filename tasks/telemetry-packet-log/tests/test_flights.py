import random

import pytest
from balloon.frame import Damaged, decode, encode
from balloon.receiver import Receiver


def fly(numbers):
    receiver = Receiver()
    taken = [receiver.take(encode(number, number * 3)) for number in numbers]
    return receiver, taken


def values(numbers):
    return [number * 3 for number in numbers]


@pytest.mark.parametrize("first, length", [(0, 256), (0, 257), (0, 1000), (250, 300), (255, 2), (7, 700)])
def test_whole_flights(first, length):
    numbers = list(range(first, first + length))
    receiver, taken = fly(numbers)
    assert all(taken)
    assert receiver.readings() == values(numbers)
    assert receiver.lost() == []
    assert receiver.summary() == f"received {length}, lost 0, duplicates 0, damaged 0"


def test_lost_packets_have_full_numbers():
    numbers = [number for number in range(100, 900) if number % 7 and number not in range(300, 420)]
    receiver, _ = fly(numbers)
    missing = sorted(set(range(100, 900)) - set(numbers))
    assert receiver.readings() == values(numbers)
    assert receiver.lost() == [number for number in missing if number < numbers[-1]]
    assert receiver.summary() == f"received {len(numbers)}, lost {len(receiver.lost())}, duplicates 0, damaged 0"


def test_packets_overtake_at_the_change():
    receiver, taken = fly([250, 257, 255, 254, 256, 258, 256, 255, 251])
    assert receiver.readings() == values([250, 251, 254, 255, 256, 257, 258])
    assert receiver.lost() == [252, 253]
    assert taken == [True] * 6 + [False, False, True]
    assert receiver.summary() == "received 7, lost 2, duplicates 2, damaged 0"


def test_earlier_than_the_first():
    receiver, _ = fly([2, -3, 0, 1])
    assert receiver.readings() == values([-3, 0, 1, 2])
    assert receiver.lost() == [-2, -1]
    assert receiver.summary() == "received 4, lost 2, duplicates 0, damaged 0"
    receiver, _ = fly([10, -117, 11])
    assert receiver.readings() == values([-117, 10, 11])
    assert receiver.lost()[0] == -116
    assert len(receiver.lost()) == 126


@pytest.mark.parametrize("jump", [127, 126, 1])
def test_nearest_number_wins(jump):
    receiver, _ = fly([200, 200 + jump, 200 + 2 * jump, 200 + jump + 1])
    assert receiver.readings()[0] == 600
    assert receiver.readings()[-1] == (200 + max(2 * jump, jump + 1)) * 3
    late, _ = fly([400, 400 - jump])
    assert late.readings() == values([400 - jump, 400])
    assert len(late.lost()) == jump - 1


def test_shuffled_long_flight():
    draw = random.Random(5)
    numbers = [n for n in sorted(range(5, 2000), key=lambda n: n + draw.randrange(60)) if n % 11]
    numbers = [*numbers[:50], *[n for n in numbers[50:] for _ in range(2 if n % 13 == 0 else 1)]]
    receiver, taken = fly(numbers)
    assert receiver.readings() == values(sorted(set(numbers)))
    assert taken.count(False) == len(numbers) - len(set(numbers))
    assert receiver.lost() == sorted(set(range(min(numbers), max(numbers))) - set(numbers))


def test_damaged_frames_move_nothing():
    receiver, _ = fly([20, 21])
    for frame in (bytes([90, 0, 0, 0]), b"", b"\x16\x00", bytes([150, 1, 1, 1]), encode(22, 5) + b"x"):
        assert receiver.take(frame) is False
    assert receiver.lost() == []
    assert receiver.summary() == "received 2, lost 0, duplicates 0, damaged 5"
    assert receiver.take(encode(23, 1)) is True
    assert receiver.lost() == [22]
    fresh = Receiver()
    fresh.take(bytes([90, 0, 0, 0]))
    assert fresh.lost() == fresh.readings() == []
    assert fresh.summary() == "received 0, lost 0, duplicates 0, damaged 1"
    fresh.take(encode(3, -2))
    assert (fresh.lost(), fresh.readings()) == ([], [-2])


def test_first_of_duplicates_is_kept():
    receiver, _ = fly([300])
    assert receiver.take(encode(300, 1)) is False
    assert receiver.readings() == [900]


def test_frames_stay_as_they_are():
    assert encode(511, -2) == bytes([255, 255, 254, 252])
    assert decode(encode(7, -32768)) == (7, -32768)
    with pytest.raises(Damaged):
        decode(b"\x00\x00\x00\x01")
