from parts.outline import outline
from parts.stock import Stock
from parts.weight import count, weight


def test_small_organ():
    stock = Stock()
    stock.add("organ", 100)
    stock.add("pipe", 7)
    stock.add("foot", 1)
    stock.use("organ", "pipe", 3)
    stock.use("organ", "foot", 2)
    stock.use("pipe", "foot")
    assert weight(stock, "organ") == 126
    assert count(stock, "organ") == {"foot": 5, "pipe": 3}
    assert list(outline(stock, "organ")) == ["1 x organ", "  3 x pipe", "    1 x foot", "  2 x foot"]
