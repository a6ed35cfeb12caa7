import pytest
from rota.season import Season
from rota.template import Template

PLAN = {"cantor": ["Ada", "Cy"], "pages": ["Bo"], "door": ["Di"]}


def template():
    made = Template()
    for role, singers in PLAN.items():
        for singer in singers:
            made.assign(role, singer)
    return made


def test_swap_concerns_one_week():
    season = Season(template(), 4)
    season.swap(2, "cantor", "door")
    assert [season.week(n) for n in (1, 3, 4)] == [PLAN] * 3
    assert season.week(2) == {"cantor": ["Di", "Cy"], "pages": ["Bo"], "door": ["Ada"]}


def test_stand_in_concerns_one_week():
    season = Season(template(), 2)
    season.stand_in(1, "pages", "Eve")
    assert season.week(1)["pages"] == ["Eve"]
    assert season.week(2) == PLAN


def test_restore_puts_one_week_back():
    season = Season(template(), 3)
    season.swap(1, "cantor", "pages")
    season.stand_in(3, "cantor", "Eve")
    season.restore(3)
    assert season.week(3) == PLAN
    assert season.week(1)["cantor"] == ["Bo", "Cy"]
    season.stand_in(3, "door", "Flo")
    season.restore(1)
    assert season.week(1) == PLAN
    assert season.week(3)["door"] == ["Flo"]
    season.restore(3)
    season.restore(3)
    assert season.week(3) == season.week(2) == PLAN


def test_template_and_seasons_stay_apart():
    made = template()
    first = Season(made, 2)
    first.swap(1, "cantor", "pages")
    first.restore(2)
    first.stand_in(2, "door", "Eve")
    assert made.roles() == PLAN
    made.assign("door", "Gus")
    made.assign("tea", "Hal")
    second = Season(made, 1)
    assert second.week(1) == {**PLAN, "door": ["Di", "Gus"], "tea": ["Hal"]}
    first.restore(1)
    assert first.week(1) == PLAN


def test_what_week_returns_is_the_callers():
    season = Season(template(), 2)
    got = season.week(1)
    got["cantor"].append("Zed")
    got["new"] = []
    assert season.week(1) == PLAN
    season.restore(1)
    assert season.week(1) == PLAN


def test_duties_tell_weeks():
    season = Season(template(), 3)
    season.swap(2, "pages", "door")
    season.stand_in(3, "cantor", "Bo")
    assert season.duties("Bo") == [(1, ["pages"]), (2, ["door"]), (3, ["cantor", "pages"])]
    assert season.duties("Ada") == [(1, ["cantor"]), (2, ["cantor"])]
    assert season.duties("Nobody") == []


@pytest.mark.parametrize("number", [0, 4, -1])
def test_no_such_week(number):
    season = Season(template(), 3)
    for act in (season.week, season.restore, lambda n: season.stand_in(n, "door", "X")):
        with pytest.raises(IndexError, match=str(number)):
            act(number)
    with pytest.raises(IndexError):
        season.swap(number, "door", "pages")
