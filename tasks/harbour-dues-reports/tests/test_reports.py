import pytest
from dues.daily import daily
from dues.monthly import monthly
from dues.yearly import yearly

BOOK = """# book
2030-01-02; Skua ;20;paid

2030-01-02;skua;20.1;open
2030-01-01;Tern;3.3;waived
2029-12-31;Tern;7.5;paid
2029-12-31;Tern;7.5; paid
2029-12-31;Gull;99; void
2030-11-05;TERN;3.7;paid
 2030-11-05 ;tern;21;waived
2030-10-05;Tern;.5;paid
2029-11-30;Auk;1;waived
"""


def test_daily_book():
    assert daily(BOOK) == [
        "2029-11-30  1.50  Auk", "2029-12-31  22.50  Tern", "2030-01-01  4.95  Tern", "2030-01-02  70.15  Skua, skua",
        "2030-10-05  0.75  Tern", "2030-11-05  47.05  TERN, tern"]


def test_monthly_book():
    assert monthly(BOOK) == [
        "2029-11  1.50  1", "2029-12  22.50  1", "2030-01  85.10  2", "2030-10  0.75  1", "2030-11  47.05  1"]


def test_yearly_book():
    assert yearly(BOOK) == ["2030  85  2", "2029  22  1"]


@pytest.mark.parametrize("report", [daily, monthly, yearly])
@pytest.mark.parametrize("line, message", [
    ("2030-01-01;A;x ;paid", "line 3: no length: x"), ("2030-01-01;A;1", "line 3: 4 fields are needed"),
    ("2030-01-01;A;1;paid;", "line 3: 4 fields are needed"), ("a", "line 3: 4 fields are needed"),
    ("2030-01-01;A;;void", "line 3: no length: "), ("2030-01-01;A; 1,5;waived", "line 3: no length: 1,5"),
])
def test_errors(report, line, message):
    with pytest.raises(ValueError) as caught:
        report(f"\n2030-01-01;A;1;paid\n{line}\n;;")
    assert str(caught.value) == message


@pytest.mark.parametrize("report, good", [(daily, False), (monthly, True), (yearly, True)])
def test_comments_with_blanks(report, good):
    assert report("#;;\n   \n") == []
    if good:
        assert report("  # x\n") == []
    else:
        with pytest.raises(ValueError, match="line 2: 4 fields"):
            report("# y\n  # x\n")


def test_edges_of_length():
    assert daily("d;A;20;p") == ["d  30.00  A"]
    assert daily("d;A;20.5;p") == ["d  40.75  A"]
    assert monthly("2030-02;A;20;p") == ["2030-02  40.00  1"]
    assert yearly("2030;A;20;p\n2030;a;19.9;p") == ["2030  69  1"]
    assert yearly("2030;A;-0.5;p") == ["2030  0  1"]
    assert daily("") == monthly("\n") == yearly("") == []


def test_states_are_exact():
    text = "2030-01-01;A;1;VOID\n2030-01-01;B;1;voided\n2030-01-01;C;1;"
    assert daily(text) == ["2030-01-01  4.50  A, B, C"]
    assert yearly(text + "\n2030-01-01;D;1;Waived") == ["2030  4  4"]
