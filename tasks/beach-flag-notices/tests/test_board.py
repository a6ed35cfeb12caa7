import pytest
from beach.notice import flag, notice

ADVICE = {"red": "do not swim", "yellow": "take care", "green": "enjoy the water"}


@pytest.mark.parametrize("wave, wind, colour", [
    (0, 0, "green"), (60, 16, "green"), (61, 0, "yellow"), (0, 17, "yellow"), (150, 27, "yellow"), (151, 0, "red"), (0, 28, "red"),
    (61, 17, "yellow"), (10, 29, "red"), (600, 90, "red"), (60, 17, "yellow"), (150, 28, "red"), (1, 16, "green"),
])
@pytest.mark.parametrize("lifeguard, last", [(True, "A lifeguard is on duty."), (False, "No lifeguard.")])
def test_flag_and_notice(wave, wind, colour, lifeguard, last):
    assert flag(wave, wind) == colour
    assert notice("Ness", wave, wind, lifeguard) == (
        f"{colour.upper()} FLAG at Ness: {ADVICE[colour]}. Waves {wave // 10 / 10:.1f} m, wind {wind} kn. {last}")


@pytest.mark.parametrize("wave, shown", [(9, "0.0"), (10, "0.1"), (99, "0.9"), (100, "1.0"), (1234, "12.3")])
def test_waves_are_cut(wave, shown):
    assert f"Waves {shown} m, wind 3 kn" in notice("A", wave, 3, [])


@pytest.mark.parametrize("wave, wind", [(-1, 0), (0, -1), (-5, 40), (200, -1)])
def test_below_zero_raises(wave, wind):
    with pytest.raises(ValueError, match="neither waves nor wind"):
        flag(wave, wind)
    with pytest.raises(ValueError, match="below 0"):
        notice("A", wave, wind, True)
