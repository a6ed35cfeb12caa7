from greenhouse.board import Board
from greenhouse.sensors import judge


def test_alarms_are_active():
    board = Board()
    judge(board, 40.0, 0)
    judge(board, -1.0, 1)
    assert board.active() == ["heat", "frost"]
    board.tick(9)
    board.clear("heat")
    assert board.active() == ["frost"]
