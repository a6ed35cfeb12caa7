from observatory.log import read


def test_rows_are_read():
    assert read("target=M 31\tseconds=60") == [{"target": "M 31", "seconds": 60}]
