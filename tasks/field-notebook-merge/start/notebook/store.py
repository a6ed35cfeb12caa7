"""Notebooks as text."""

import json

from notebook.book import Notebook


def dump(book):
    """The text of a notebook."""
    return json.dumps([[key, book.get(key).text, sorted(book.get(key).tags)] for key in book.keys()])


def load(text):
    """The notebook of a text."""
    book = Notebook()
    for key, words, tags in json.loads(text):
        book.put(key, words, tags)
    return book
