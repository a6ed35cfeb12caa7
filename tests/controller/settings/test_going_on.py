"""Which settings an unfinished run can be gone on with: those that it began with, whatever was added since."""

from controller.settings.field import About, setting
from controller.settings.gate_policy import GatePolicy
from controller.settings.settings import Settings


class Later(Settings):
    """The settings of a newer controller: one setting more."""

    naps: int = setting(7, "how long a life may nap", About("minutes"))


def test_same_settings_go_on() -> None:
    begun = Settings(goal="faster").lasting()
    assert Settings(goal="faster", stop_deaths=3).goes_on_with(begun)


def test_changed_setting_begins_anew() -> None:
    begun = Settings(goal="faster").lasting()
    assert not Settings(goal="smaller").goes_on_with(begun)
    assert not Settings(goal="faster", gates=GatePolicy(debt=7)).goes_on_with(begun)


def test_setting_added_since_is_default() -> None:
    begun = Settings().lasting()
    assert Later().goes_on_with(begun)
    assert not Later(naps=8).goes_on_with(begun)


def test_gates_key_added_since_is_default() -> None:
    begun = Settings().lasting()
    del begun["gates"]["debt"]
    assert Settings().goes_on_with(begun)
    assert not Settings(gates=GatePolicy(debt=7)).goes_on_with(begun)


def test_setting_gone_since_begins_anew() -> None:
    assert not Settings().goes_on_with({**Settings().lasting(), "naps": 7})
