"""A wrong setting is named in the words of who wrote it: no type of Python, no word of the library."""

from typing import Any

import pytest

from controller.errors import RequestError
from controller.settings.load import load

LIBRARY = ("Value error", "Input should", "tuple", "dictionary", "pydantic", "line 0")
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "text for a number": ({"generations": "x"}, "generations: has to be a whole number, and is 'x'"),
    "a part of a number": ({"generations": 1.5}, "generations: has to be a whole number, and is 1.5"),
    "too small": ({"generations": 0}, "generations: has to be more than 0, and is 0"),
    "a number for text": ({"branch": 7}, 'branch: has to be text in quotes ("…"), and is 7'),
    "one for several": ({"genome": "x"}, "genome: has to be a list ([…]), and is 'x'"),
    "a list for a table": ({"models": [1]}, "models: has to be a table ({…} or [models]), and is [1]"),
    "no answer to a question": ({"exit_on_pause": "perhaps"}, "exit_on_pause: has to be true or false"),
    "endless": ({"minutes_per_life": float("inf")}, "minutes_per_life: "),
    "a key nearly right": ({"generatoins": 3}, "generatoins: unknown key; did you mean generations?"),
    "a key far off": ({"colour": 3}, "colour: unknown key; known keys: branch, generations"),
    "a long value": ({"generations": "x" * 500}, "xxx…"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_setting_is_named_plainly(case: str) -> None:
    given, words = WRONG[case]
    with pytest.raises(RequestError) as caught:
        load(given, {}, None)
    text = str(caught.value)
    assert words in text
    assert not [one for one in LIBRARY if one in text]
