"""Under which versions of the contract a lineage goes on."""

import pytest

from controller.contract import CONTRACT_VERSION, SERVED
from controller.errors import RequestError
from controller.git.log import Generation
from controller.state.preflight import check_contract


def lived_under(version: str) -> Generation:
    return Generation(1, "a" * 40, "b" * 40, 0, "Live", {"Contract": version})


def test_this_version_is_served() -> None:
    assert max(SERVED) == CONTRACT_VERSION == 2


@pytest.mark.parametrize("version", SERVED)
def test_lineage_of_served_versions_goes_on(version: int) -> None:
    check_contract("main", lived_under(str(version)))


@pytest.mark.parametrize(
    ("version", "advice"), [("0", "heirloom adopt"), ("3", "update this checkout"), ("", "unknown")]
)
def test_other_versions_are_refused(version: str, advice: str) -> None:
    with pytest.raises(RequestError, match=advice):
        check_contract("main", lived_under(version))
