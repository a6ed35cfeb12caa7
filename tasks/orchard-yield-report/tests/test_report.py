import pytest
from orchard.picking import Picking
from orchard.report import report

CRATES = [
    Picking(2031, 10, "Russet", 20000), Picking(2030, 9, "Cox", 5050), Picking(2030, 10, "Cox", 14950),
    Picking(2031, 9, "Bramley", 40000), Picking(2031, 10, "Cox", 1),
]


def test_by_variety():
    expected = ["Bramley\t40.0\t50%", "Cox\t20.0\t25%", "Russet\t20.0\t25%", "all\t80.0\t100%"]
    assert report(CRATES) == report(CRATES, by="variety") == expected


def test_by_numbers():
    assert report(CRATES, by="row") == ["9\t45.1\t56%", "10\t35.0\t44%", "all\t80.0\t100%"]
    assert report(CRATES, "year") == ["2031\t60.0\t75%", "2030\t20.0\t25%", "all\t80.0\t100%"]
    even = [Picking(1, row, "x", 7) for row in (10, 9, 100)]
    assert [line.split("\t")[0] for line in report(even, "row")] == ["9", "10", "100", "all"]


def test_by_several():
    assert report(CRATES, "year+row") == [
        "2031\t9\t40.0\t50%", "2031\t10\t20.0\t25%", "2030\t10\t15.0\t19%", "2030\t9\t5.1\t6%", "all\t\t80.0\t100%"]
    assert report(CRATES, "variety+row+year")[3:] == [
        "Cox\t9\t2030\t5.1\t6%", "Cox\t10\t2031\t0.0\t0%", "all\t\t\t80.0\t100%"]


def test_top_sums_others():
    assert report(CRATES, top=1) == ["Bramley\t40.0\t50%", "others\t40.0\t50%", "all\t80.0\t100%"]
    assert report(CRATES, "row+year", 2)[1:] == ["10\t2031\t20.0\t25%", "others\t\t20.0\t25%", "all\t\t80.0\t100%"]
    assert report(CRATES, top=3) == report(CRATES, top=9) == report(CRATES)
    assert report(CRATES, top=0) == ["others\t80.0\t100%", "all\t80.0\t100%"]


@pytest.mark.parametrize("grams, shown", [(50, "0.1"), (49, "0.0"), (150, "0.2"), (250, "0.3"), (12349, "12.3"), (1050, "1.1")])
def test_grams_round_half_up(grams, shown):
    assert report([Picking(1, 1, "x", grams)]) == [f"x\t{shown}\t100%", f"all\t{shown}\t100%"]


@pytest.mark.parametrize("grams, shares", [((1, 7), ["88%", "13%"]), ((3, 5), ["63%", "38%"]), ((1, 2), ["67%", "33%"])])
def test_shares_round_half_up(grams, shares):
    lines = report([Picking(1, number, "x", one) for number, one in enumerate(grams)], "row")
    assert [line.split("\t")[2] for line in lines[:-1]] == shares


@pytest.mark.parametrize("by, named", [("tree", "tree"), ("row+row", "row"), ("", "''"), ("year+", "''"), ("grams", "grams")])
def test_wrong_names_raise(by, named):
    with pytest.raises(ValueError, match=named):
        report(CRATES, by)


def test_nothing_picked():
    assert report([]) == ["all\t0.0\t0%"]
    assert report([], "row+year", 2) == ["all\t\t0.0\t0%"]
    assert report(iter(CRATES), top=2)[-1] == "all\t80.0\t100%"
