from notebook.book import Notebook
from notebook.store import dump, load


def test_text_and_back():
    book = Notebook()
    book.put("a", "moss", ["wet"])
    assert load(dump(book)).get("a") == book.get("a")
