from rota.season import Season
from rota.template import Template


def template():
    made = Template()
    made.assign("cantor", "Ada")
    made.assign("pages", "Bo")
    return made


def test_weeks_are_as_planned():
    season = Season(template(), 3)
    assert season.week(3) == {"cantor": ["Ada"], "pages": ["Bo"]}


def test_leaders_swap():
    season = Season(template(), 1)
    season.swap(1, "cantor", "pages")
    assert season.week(1) == {"cantor": ["Bo"], "pages": ["Ada"]}
