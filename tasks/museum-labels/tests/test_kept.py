import pytest
from museum.catalogue import Catalogue, Entry
from museum.labels import Labels


@pytest.fixture
def catalogue():
    made = Catalogue()
    for key, room in (("A", "R1"), ("B", "R2")):
        made.add(key, room)
        made.amend(key, "en", title=f"pot {key}", text="clay and ash")
    return made


def test_widths_are_kept_apart(catalogue):
    labels = Labels(catalogue)
    assert labels.label("A", "en", 12) == ["POT A", "clay and ash", "", "          R1"]
    assert labels.label("A", "en", 8) == ["POT A", "clay and", "ash", "", "      R1"]
    assert labels.label("A", "en", 12)[1] == "clay and ash"
    assert labels.settings == 2
    assert labels.label("A", width=40) == labels.label("A")
    assert labels.settings == 3


def test_amended_text_shows(catalogue):
    labels = Labels(catalogue)
    for language in ("en", "de"):
        assert labels.label("A", language)[0] == "POT A"
    catalogue.amend("A", "en", title="jar")
    assert [labels.label("A", language)[:2] for language in ("en", "de")] == [["JAR", "clay and ash"]] * 2
    catalogue.amend("A", "de", title="Krug")
    assert labels.label("A", "de")[0] == "KRUG"
    assert labels.label("A", "en")[0] == "JAR"
    catalogue.amend("A", "de", text="Ton")
    assert labels.label("A", "de")[:2] == ["KRUG", "Ton"]


def test_moved_object_shows_its_room(catalogue):
    labels = Labels(catalogue)
    labels.label("A")
    labels.label("A", "de", 9)
    catalogue.move("A", "R9")
    assert labels.label("A")[-1].strip() == "R9"
    assert labels.label("A", "de", 9)[-1] == "       R9"


def test_only_what_changed_is_set_again(catalogue):
    labels = Labels(catalogue)
    for _ in range(3):
        for key in "AB":
            labels.label(key)
            labels.label(key, "fr", 20)
    assert labels.settings == 4
    catalogue.move("B", "R3")
    labels.label("A")
    labels.label("A", "fr", 20)
    assert labels.settings == 4
    labels.label("B")
    labels.label("B")
    assert labels.settings == 5


def test_change_of_another_language_sets_nothing(catalogue):
    catalogue.amend("A", "de", title="Topf")
    labels = Labels(catalogue)
    english, german = labels.label("A"), labels.label("A", "de")
    catalogue.amend("A", "de", title="Napf")
    assert labels.label("A") == english
    assert labels.settings == 2
    assert labels.label("A", "de") != german
    assert labels.settings == 3


def test_amend_without_change_sets_nothing(catalogue):
    labels = Labels(catalogue)
    labels.label("A")
    catalogue.amend("A", "en", title="pot A")
    catalogue.move("A", "R1")
    labels.label("A")
    assert labels.settings == 1


def test_callers_change_does_not_stay(catalogue):
    labels = Labels(catalogue)
    labels.label("A").clear()
    labels.label("A").append("x")
    assert labels.label("A")[0] == "POT A"
    assert len(labels.label("A")) == 4


def test_missing_raises(catalogue):
    catalogue.add("C", "R1")
    labels = Labels(catalogue)
    for key in ("C", "Z"):
        with pytest.raises(KeyError):
            labels.label(key)
    with pytest.raises(KeyError):
        catalogue.move("Z", "R1")
    catalogue.amend("C", "en", title="cup")
    assert labels.label("C")[0] == "CUP"
    assert labels.settings == 1
    assert catalogue.entry("C", "de") == Entry("cup", "", "R1")
