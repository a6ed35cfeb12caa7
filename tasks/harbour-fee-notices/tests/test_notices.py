from pathlib import Path

import pytest

from harbour.notices import berth_notice, crane_notice, power_notice, water_notice


def test_berth():
    assert berth_notice(" Seagull ", 85, 3, member=True) == (
        "                 BERTH\n"
        "========================================\n"
        "Boat                             SEAGULL\n"
        "Length (dm)                           85\n"
        "Nights                                 3\n"
        "----------------------------------------\n"
        "Fee                                30.60\n"
        "Discount                           -7.65\n"
        "Tax 7 %                             1.61\n"
        "To pay                             24.56\n"
        "========================================\n"
    )


def test_water():
    assert water_notice("Ida", 5) == (
        "                 WATER\n"
        "========================================\n"
        "Boat                                 IDA\n"
        "Litres                                 5\n"
        "----------------------------------------\n"
        "Fee                                 1.50\n"
        "Tax 7 %                             0.11\n"
        "To pay                              1.61\n"
        "========================================\n"
    )


def test_power():
    assert power_notice("Ida", 99, 109, member=True) == (
        "                 POWER\n"
        "========================================\n"
        "Boat                                 IDA\n"
        "Units                                 10\n"
        "----------------------------------------\n"
        "Fee                                 4.10\n"
        "Tax 19 %                            0.78\n"
        "To pay                              4.88\n"
        "========================================\n"
    )


def test_crane():
    assert crane_notice("Northern Star of the Sea", 1234, 3, True) == (
        "                 CRANE\n"
        "========================================\n"
        "Boat                NORTHERN STAR OF THE SEA\n"
        "Tons                                1234\n"
        "Lifts                                  3\n"
        "----------------------------------------\n"
        "Fee                            13,017.00\n"
        "Discount                       -1,301.70\n"
        "Tax 19 %                        2,225.91\n"
        "To pay                         13,941.21\n"
        "========================================\n"
    )


def rows(notice):
    return {line[:20].strip(): line[20:].strip() for line in notice.splitlines()[2:-1]}


@pytest.mark.parametrize(
    ("litres", "fee"), [(1, "1.50"), (490, "1.50"), (500, "1.50"), (501, "1.53"), (510, "1.53"), (511, "1.56"), (100000, "300.00")]
)
def test_water_fee(litres, fee):
    assert rows(water_notice("x", litres))["Fee"] == fee


@pytest.mark.parametrize(
    ("notice", "discount"),
    [(water_notice("x", 1, True), "-0.37"), (water_notice("x", 1, False), None), (berth_notice("x", 1, 1, True), "-0.03"),
     (crane_notice("x", 1, member=True), "-2.35"), (crane_notice("x", 1), None), (power_notice("x", 1, 2, True), None),
     (berth_notice("x", 10, 1), None)],
)  # fmt: skip
def test_discount(notice, discount):
    assert rows(notice).get("Discount") == discount
    assert ("Discount" in notice) == (discount is not None)


@pytest.mark.parametrize(
    ("call", "said"),
    [(lambda: berth_notice(" ", 0, 1), "a notice needs a boat"), (lambda: berth_notice("x", 0, 0), "length must be above zero"),
     (lambda: berth_notice("x", 1, 0), "nights must be above zero"), (lambda: water_notice("", 1), "a notice needs a boat"),
     (lambda: water_notice("x", 0), "litres must be above zero"), (lambda: power_notice("x", 5, 5), "units must be above zero"),
     (lambda: power_notice("\t", 5, 4), "a notice needs a boat"), (lambda: crane_notice("x", 0, 0), "tons must be above zero"),
     (lambda: crane_notice("x", 1, -1), "lifts must be above zero"), (lambda: crane_notice("", 1), "a notice needs a boat")],
)  # fmt: skip
def test_errors(call, said):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == said


def test_keywords():
    assert crane_notice(boat="x", tons=2) == crane_notice("x", 2, 1, False)
    assert rows(crane_notice(boat="x", tons=2, lifts=2, member=False))["To pay"] == "64.26"
    assert rows(power_notice(boat="x", before=1, after=3))["To pay"] == "0.98"
    assert rows(berth_notice(boat="x", length_dm=3, nights=4))["To pay"] == "1.54"
    assert rows(water_notice(boat="x", litres=999))["To pay"] == "3.21"

def test_no_code_lies_elsewhere():
    found = sorted(str(path) for path in Path(".").rglob("*.py") if path.parts[0] != "tests")
    assert found == ['harbour/__init__.py', 'harbour/money.py', 'harbour/notices.py']
