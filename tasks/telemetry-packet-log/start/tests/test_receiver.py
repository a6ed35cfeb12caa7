from balloon.frame import encode
from balloon.receiver import Receiver


def test_short_flight():
    receiver = Receiver()
    for number in (3, 5, 4, 4, 8):
        receiver.take(encode(number, number * 10))
    assert receiver.readings() == [30, 40, 50, 80]
    assert receiver.lost() == [6, 7]
    assert receiver.summary() == "received 4, lost 2, duplicates 1, damaged 0"
