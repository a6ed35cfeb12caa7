import pytest
from notebook.book import Notebook
from notebook.merge import Conflict, merge
from notebook.store import dump


def book(text):
    """Notes as `key:text+tag+tag`, separated by blanks."""
    made = Notebook()
    for part in text.split():
        key, _, rest = part.partition(":")
        words, *tags = rest.split("+")
        made.put(key, words, tags)
    return made


def shown(made):
    return " ".join("+".join([f"{key}:{made.get(key).text}", *sorted(made.get(key).tags)]) for key in made.keys())


def tell(conflicts):
    return " ".join(f"{one.kind}({one.key},{one.ours},{one.theirs})" for one in conflicts)


@pytest.mark.parametrize("base, ours, theirs, merged, conflicts", [
    ("", "", "", "", ""),
    ("a:1 b:2", "a:1 b:2", "a:1 b:2", "a:1 b:2", ""),
    ("a:1 b:2", "a:5 b:2", "a:1 b:6", "a:5 b:6", ""),
    ("a:1", "a:5", "a:5", "a:5", ""),
    ("a:1", "a:5", "a:6", "a:5", "text(a,5,6)"),
    ("a:1", "a:", "a:1", "a:", ""),
    # tags
    ("a:1+p+q", "a:1+p", "a:1+p+q+r", "a:1+p+r", ""),
    ("a:1+p+q", "a:1+q+x", "a:1+p+y", "a:1+x+y", ""),
    ("a:1+p", "a:2", "a:1+p+z", "a:2+z", ""),
    # added
    ("", "a:1", "b:2", "b:2 a:1", ""),
    ("", "a:1+p", "a:1+q", "a:1+p+q", ""),
    ("", "a:1+p", "a:2+q", "a:1+p+q", "text(a,1,2)"),
    # removed
    ("a:1 b:2", "b:2", "a:1 b:2", "b:2", ""),
    ("a:1 b:2", "a:1 b:2", "a:1", "a:1", ""),
    ("a:1 b:2", "b:2", "a:9 b:2", "a:9 b:2", "removed(a,None,9)"),
    ("a:1 b:2", "a:1 b:9", "a:1", "a:1 b:9", "removed(b,9,None)"),
    ("a:1 b:2", "b:2", "a:1+t b:2", "a:1+t b:2", "removed(a,None,1)"),
    ("a:1+t b:2", "a:1 b:2", "b:2", "a:1 b:2", "removed(a,1,None)"),
    ("a:1", "", "", "", ""),
    # renamed
    ("a:1 b:2", "c:1 b:2", "a:1 b:2", "c:1 b:2", ""),
    ("a:1 b:2", "a:1 b:2", "b:2 c:1", "c:1 b:2", ""),
    ("a:1 b:2", "c:1 b:2", "a:9+t b:2", "c:9+t b:2", ""),
    ("a:1+t", "a:7", "c:1+t+u", "c:7+u", ""),
    ("a:1 b:2", "c:1 b:2", "b:2", "c:1 b:2", "removed(c,1,None)"),
    ("a:1 b:2", "b:2", "c:1 b:2", "c:1 b:2", "removed(c,None,1)"),
    ("a:1", "c:1", "c:1", "c:1", ""),
    ("a:1", "c:1", "d:1", "c:1", "renamed(c,c,d)"),
    ("a:1", "c:1+x", "d:1+y", "c:1+x+y", "renamed(c,c,d)"),
    # not renamed: texts that several share, or none
    ("a:1 b:1", "c:1", "a:1 b:1", "c:1", ""),
    ("a:1", "c:1 d:1", "a:1", "c:1 d:1", ""),
    ("a:", "c:", "a:+t", "a:+t c:", "removed(a,None,)"),
    ("a:1", "c:2", "a:1", "c:2", ""),
    ("a:1 b:1", "c:1 b:1", "a:3 b:1", "c:3 b:1", ""),
    # keys
    ("a:1", "k:1", "a:1 k:5", "k:1 k':5", "key(k',k,k')"),
    ("a:1", "a:1 k:5", "k:1", "k':1 k:5", "key(k',k,k')"),
    ("a:1 b:2", "k:1 b:2", "a:1 k:2", "k:1 k':2", "key(k',k,k')"),
    ("a:1 b:2", "k:1 b:2", "a:8 k:2 k':3", "k:8 k'':2 k':3", "key(k'',k,k'')"),
    ("a:1 k:2", "a:1", "a:1 k:2", "a:1", ""),
    ("a:1", "k:1 k':4", "a:1 k:5", "k:1 k'':5 k':4", "key(k'',k,k'')"),
    ("a:1 b:2 c:3", "k:1 b:2 c:3", "a:7 b:2 k:3+t", "k:7 b:2 k':3+t", "key(k',k,k')"),
    # order
    ("a:1 b:2", "b:2 a:1", "a:1 b:2", "b:2 a:1", ""),
    ("a:1 b:2", "a:1 b:2", "b:2 a:1", "a:1 b:2", ""),
    ("a:1 b:2", "a:1 x:5 b:2", "a:1 y:6 b:2", "a:1 y:6 x:5 b:2", ""),
    ("a:1 b:2", "a:1 b:2", "x:3 y:4 a:1 z:5 b:2 w:6", "x:3 y:4 a:1 z:5 b:2 w:6", ""),
    ("a:1 b:2", "b:2 a:1", "a:1 x:3 y:4 b:2", "b:2 a:1 x:3 y:4", ""),
    ("a:1 b:2", "b:2", "a:1 x:3 b:2", "x:3 b:2", ""),
    ("a:1 b:2", "b:2 a:1", "x:3 a:1", "x:3 a:1", ""),
    # several
    ("a:1 b:2 c:3", "a:8 c:3 d:2", "a:9 e:2", "a:8 d:2", "text(a,8,9) renamed(d,d,e)"),
])
def test_cases(base, ours, theirs, merged, conflicts):
    books = [book(text) for text in (base, ours, theirs)]
    before = [dump(one) for one in books]
    result, found = merge(*books)
    assert [dump(one) for one in books] == before
    assert all(isinstance(one, Conflict) for one in found)
    assert shown(result) == merged
    assert tell(found) == conflicts


def test_both_kinds_at_one_note():
    result, found = merge(book("a:1 z:0"), book("k:1 z:0"), book("k:5 z:9 a:2"))
    assert shown(result) == "k':5 k:2 z:9"
    assert tell(found) == "key(k',k,k')"
    result, found = merge(book("a:1 b:2"), book("a:4 k:6 b:2"), book("a:5 k:2+x"))
    assert shown(result) == "a:4 k:6 k':2+x"
    assert tell(found) == "text(a,4,5) key(k',k,k')"


def test_merged_is_another_book():
    ours = book("a:1")
    result, _ = merge(ours, ours, ours)
    result.put("b", "2")
    assert ours.keys() == ["a"]
