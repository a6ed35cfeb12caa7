import pytest
from herbarium.index import by_species
from herbarium.load import MissingColumn, load
from herbarium.sheet import Sheet

TEXT = "Species; ACCESSION ;shelf;Found\nPoa alpina ; 31;x;Zürs, near é\n;;;\n ; ;\n\nCarex, flava;4;;Brest\n"
SHEETS = [Sheet(31, "Poa alpina", "Zürs, near é"), Sheet(4, "Carex, flava", "Brest")]


@pytest.fixture
def read(tmp_path):
    def reading(data):
        path = tmp_path / "list"
        path.write_bytes(data)
        return load(path)

    return reading


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_codings(read, coding, end):
    assert read(TEXT.replace("\n", end).encode(coding)) == SHEETS


def test_utf16_marks_and_mark_before_name(read):
    body = "accession,species,found\n1,A,B\n"
    for data in (b"\xff\xfe" + body.encode("utf-16-le"), b"\xfe\xff" + body.encode("utf-16-be"),
                 b"\xef\xbb\xbf" + body.encode()):
        assert read(data) == [Sheet(1, "A", "B")]
    assert read("accession,species,found\n1,“A”,–\n".encode("cp1252")) == [Sheet(1, "“A”", "–")]


@pytest.mark.parametrize("first, row, expected", [
    ("accession,species,found", "1,a;b,c", ("a;b", "c")),
    ("accession\tspecies\tfound", "1\ta,b\tc;d", ("a,b", "c;d")),
    ("accession;species;found;x,y,z,w,v", "1;a;b;c", None),
    ("accession;species;found;x,y,z", "1;a;b,b;c", ("a", "b,b")),
    ("accession,species,found,x\ty\tz\tw", "1,a\tb,c,d", ("a\tb", "c")),
])
def test_separator(read, first, row, expected):
    data = f"{first}\n{row}\n".encode()
    if expected is None:
        with pytest.raises(MissingColumn):
            read(data)
    else:
        assert read(data) == [Sheet(1, *expected)]


def test_quoted_values_may_hold_lines(read):
    assert read(b'accession,species,found\n3,"Poa, a","x\ny"\n') == [Sheet(3, "Poa, a", "x\ny")]


@pytest.mark.parametrize("first, named", [
    ("number,species", "missing: accession, found"), ("accession", "missing: found, species"),
    ("found,accession", "missing: species"), ("", "missing: accession, found, species")])
def test_missing_columns(read, first, named):
    with pytest.raises(ValueError) as caught:
        read(f"{first}\n1,2,3\n".encode())
    assert isinstance(caught.value, MissingColumn)
    assert str(caught.value) == named


def test_short_rows(read):
    assert read(b"accession,species,found\n5,Poa\n") == [Sheet(5, "Poa", "")]
    with pytest.raises(ValueError):
        read(b"accession,species,found\nfive,Poa,x\n")
    assert read(b"accession,species,found\n") == []


def test_index_joins_accents():
    sheets = [Sheet(9, "Carex ne\u0301glige\u0301e", ""), Sheet(2, "Carex n\u00e9glig\u00e9e", ""), Sheet(1, "Alba", "")]
    assert by_species(sheets) == {"Alba": [1], "Carex n\u00e9glig\u00e9e": [2, 9]}
    assert list(by_species(sheets)) == ["Alba", "Carex n\u00e9glig\u00e9e"]
