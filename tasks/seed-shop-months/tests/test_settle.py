import os
from pathlib import Path

import pytest

from settle import settle

TESTS = Path(os.environ["HEIRLOOM_TESTS"])
RATES = "date,currency,rate\n2034-03-08,USD,0.90\n2034-03-01,USD,0.80\n2034-03-05,CHF,1.05\n"


def run(tmp_path, *records, rates=RATES):
    paths = [tmp_path / name for name in ("orders.csv", "rates.csv", "months.csv", "rejected.csv")]
    paths[0].write_bytes(("\ufeff" + "\r\n".join(["number;date;kind;amount;currency;note", *records]) + "\r\n").encode("utf-8"))
    paths[1].write_text(rates, encoding="utf-8")
    settle(*map(str, paths))
    texts = [path.read_bytes().decode("utf-8") for path in paths[2:]]
    assert all(text.endswith("\n") and "\r" not in text for text in texts)
    assert texts[0].startswith("month,sales,refunds,revenue\n") and texts[1].startswith("line,number,reason\n")
    return [text.splitlines()[1:] for text in texts]


def test_whole_export(tmp_path):
    months, rejected = tmp_path / "m.csv", tmp_path / "r.csv"
    settle(TESTS / "orders.csv", TESTS / "rates.csv", months, rejected)
    assert rejected.read_bytes() == (TESTS / "rejected.csv").read_bytes()
    assert months.read_bytes() == (TESTS / "months.csv").read_bytes()


def test_files_were_made():
    assert Path("rejected.csv").read_bytes() == (TESTS / "rejected.csv").read_bytes()
    assert Path("months.csv").read_bytes() == (TESTS / "months.csv").read_bytes()


def test_amounts(tmp_path):
    months, rejected = run(tmp_path, "1;02.03.2034;sale;1.234.567,50;EUR;", "2;03.03.2034;sale;7;EUR;", "3;01.12.2033;sale;0,5;EUR;")
    assert months == ["2033-12,1,0,0.50", "2034-03,2,0,1234574.50"]
    assert rejected == []


@pytest.mark.parametrize(
    ("date", "currency", "revenue"),
    [("01.03.2034", "USD", "8.00"), ("07.03.2034", "USD", "8.00"), ("08.03.2034", "USD", "9.00"), ("30.03.2034", "USD", "9.00"), ("05.03.2034", "CHF", "10.50")],
)
def test_rates(tmp_path, date, currency, revenue):
    assert run(tmp_path, f"1;{date};sale;10,00;{currency};")[0] == [f"2034-03,1,0,{revenue}"]


def test_rounding(tmp_path):
    months, _ = run(tmp_path, "1;06.03.2034;sale;0,10;CHF;", "2;06.03.2034;sale;0,30;CHF;", "3;06.03.2034;sale;0,50;CHF;")
    assert months == ["2034-03,3,0,0.96"]


def test_refund(tmp_path):
    months, rejected = run(tmp_path, "1;09.04.2034;refund;4,00;USD;before its sale", "1;02.03.2034;sale;10,00;USD;", "1;02.03.2034;refund;6,00;USD;")
    assert months == ["2034-03,1,1,3.20", "2034-04,0,1,-3.20"]
    assert rejected == []


def test_too_much(tmp_path):
    months, rejected = run(
        tmp_path, "1;05.03.2034;refund;3,00;EUR;third", "1;04.03.2034;refund;8,00;EUR;second", "1;03.03.2034;refund;4,00;EUR;first",
        "1;02.03.2034;sale;10,00;EUR;", "1;05.03.2034;refund;3,01;EUR;", "1;05.03.2034;refund;3,00;EUR;",
    )  # fmt: skip
    assert rejected == ["3,1,too much", "6,1,too much"]
    assert months == ["2034-03,1,3,0.00"]


def test_reasons(tmp_path):
    months, rejected = run(
        tmp_path, "1;02.03.2034;sale;5,00;EUR;", "1;02.03.2034;gift;5,00;EUR;", "1;02.03.2034;sale;6,00;EUR;", "2;28.02.2034;sale;5,00;USD;",
        "2;03.03.2034;sale;5,00;USD;", "2;05.03.2034;refund;1,00;USD;", "9;05.03.2034;refund;1,00;EUR;", "1;01.03.2034;refund;1,00;USD;",
        "1;01.03.2034;refund;99,00;EUR;", "1;02.03.2034;refund;5,01;EUR;", "7;02.03.2034;sale;1,00;GBP;", "8;04.03.2034;sale;1,00;CHF;",
    )  # fmt: skip
    assert rejected == [
        "3,1,kind", "4,1,double", "5,2,rate", "6,2,double", "7,2,unknown", "8,9,unknown", "9,1,currency", "10,1,early", "11,1,too much",
        "12,7,rate", "13,8,rate",
    ]  # fmt: skip
    assert months == ["2034-03,1,0,5.00"]


def test_lines(tmp_path):
    _, rejected = run(
        tmp_path, '1;02.03.2034;sale;5,00;EUR;"two\r\nlines; and ""quotes"""', "2;02.03.2034;gift;5,00;EUR;", '3;02.03.2034;gift;5,00;EUR;"a\n\nb"', "",
        "4;02.03.2034;gift;5,00;EUR;",
    )  # fmt: skip
    assert rejected == ["4,2,kind", "5,3,kind", "9,4,kind"]


def test_nothing(tmp_path):
    assert run(tmp_path) == [[], []]
