from museum.catalogue import Catalogue
from museum.labels import Labels


def catalogue():
    made = Catalogue()
    made.add("M-1", "Room 2")
    made.amend("M-1", "en", title="Quern", text="Two stones, one turned upon the other.")
    return made


def test_label_is_set():
    lines = Labels(catalogue()).label("M-1", width=20)
    assert lines == ["QUERN", "Two stones, one", "turned upon the", "other.", "", "              Room 2"]


def test_label_is_kept():
    labels = Labels(catalogue())
    assert labels.label("M-1") == labels.label("M-1")
    assert labels.settings == 1
