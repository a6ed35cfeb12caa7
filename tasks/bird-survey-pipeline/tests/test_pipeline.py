import gc
import tracemalloc
import warnings

import pytest
from survey import source
from survey.report import report, report_lines
from survey.stages import Tally, TooManyBad, known, parsed

TEXT = """# year
2030-05-03,wren,3,Nether Wood

2030-05-02, wren ,2, Mill
2030-05-02,owl,1,Mill
2030-05-02,wren,1,Nether Wood
owl,1,Mill
2030-05-04,owl,x,Mill
2030-05-04,rook,5,Mill
 # not this
"""


def test_report_of_a_file(tmp_path):
    path = tmp_path / "year"
    path.write_text(TEXT, encoding="utf-8")
    expected = [
        "owl: 1 birds in 1 records at 1 places, most on 2030-05-02",
        "wren: 6 birds in 3 records at 2 places, most on 2030-05-02",
        "kite: none", "5 records, 2 bad lines"]
    assert report(path, ["owl", "wren", "kite"]) == expected
    assert report_lines(iter(TEXT.splitlines()), ("owl", "wren", "kite")) == expected
    assert report_lines(TEXT.splitlines(), iter(["kite"])) == ["kite: none", "5 records, 2 bad lines"]
    assert report_lines([], []) == ["0 records, 0 bad lines"]


@pytest.mark.parametrize("line", ["d,wren,0,p", "d,wren,-1,p", "d,wren,1.5,p", "d,,1,p", "d, ,1,p", "d,wren,1,", "d,wren,1, ",
                                  "d,wren,1", "d,wren,1,p,q", "x", "d,wren,,p"])
def test_bad_lines(line):
    assert report_lines([line, "d,wren,1,p"], ["wren"]) == [
        "wren: 1 birds in 1 records at 1 places, most on d", "1 records, 1 bad lines"]


def test_limit_is_exact():
    source_lines = ["", "x", "# y", "x", "d,wren,2,p", "x", "x"]
    assert report_lines(source_lines, [], limit=4)[-1] == "1 records, 4 bad lines"
    with pytest.raises(TooManyBad) as caught:
        report_lines(source_lines, [], limit=2)
    assert caught.value.number == 6
    with pytest.raises(TooManyBad) as caught:
        report_lines(iter(["x"] * 20), [])
    assert caught.value.number == 11
    with pytest.raises(TooManyBad) as caught:
        report_lines(iter(["x"] * 20), [], 0)
    assert caught.value.number == 1


def test_lines_are_not_read_ahead():
    read = []

    def lines():
        for number in range(100):
            read.append(number)
            yield f"d{number},wren,1,p"

    for done, record in enumerate(known(parsed(lines(), Tally(), 0), ["wren"])):
        assert record.day == f"d{done}"
        assert len(read) <= done + 2


def test_memory_does_not_grow_with_lines():
    def lines(count):
        for number in range(count):
            yield f"d{number % 7},wren,1,p{number % 5}" + " " * 2000

    tracemalloc.start()
    report_lines(lines(3000), ["wren"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("error", [OSError("gone"), UnicodeDecodeError("utf-8", b"x", 0, 1, "no"), ValueError("closed")])
def test_errors_of_the_source_come_through(error):
    def lines():
        yield "d,wren,1,p"
        raise error

    with pytest.raises(type(error)) as caught:
        report_lines(lines(), ["wren"])
    assert caught.value is error


def test_errors_of_a_consumer_are_no_bad_lines():
    tally = Tally()
    records = parsed(iter(["d,wren,1,p"] * 3), tally, 5)
    next(records)
    with pytest.raises(ValueError, match="mine"):
        records.throw(ValueError("mine"))
    assert tally.bad == 0


@pytest.mark.parametrize("data", [b"x\n" * 30, b"d,wren,1,p\n\xff\n", b"d,wren,1,p\n"])
def test_file_is_closed(tmp_path, data):
    path = tmp_path / "year"
    path.write_bytes(data)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            report(path, ["wren"])
        except (TooManyBad, UnicodeDecodeError) as error:
            kept = error
            assert not open_files(path), kept
        gc.collect()
    assert not [one for one in caught if issubclass(one.category, ResourceWarning)]


def open_files(path):
    found = []
    for one in gc.get_objects():
        if type(one).__name__ == "TextIOWrapper" and str(one.name) == str(path) and not one.closed:
            found.append(one)
    return found


def test_stopped_source_is_closed(tmp_path):
    path = tmp_path / "year"
    path.write_text("a\n b \nc", encoding="utf-8")
    found = source.lines(path)
    assert next(found) == "a"
    assert open_files(path)
    found.close()
    assert not open_files(path)
    assert list(source.lines(path)) == ["a", " b ", "c"]
    with pytest.raises(OSError):
        report(tmp_path / "none", [])


def test_tally_is_right_at_each_record():
    tally = Tally()
    seen = [(tally.records, tally.bad) for _ in parsed(["x", "d,a,1,p", "x", "d,a,1,p"], tally, 9)]
    assert seen == [(1, 1), (2, 2)]
