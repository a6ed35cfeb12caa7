from dues.daily import daily
from dues.monthly import monthly
from dues.yearly import yearly

TEXT = "2029-04-03;Skua;10;paid\n2029-04-03;Tern;11;open\n"


def test_reports():
    assert daily(TEXT) == ["2029-04-03  31.50  Skua, Tern"]
    assert monthly(TEXT) == ["2029-04  31.50  2"]
    assert yearly(TEXT) == ["2029  31  2"]
