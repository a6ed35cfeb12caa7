"""Long output goes through the pager that git would take."""

import pytest

from controller.cli.pager import NO_PAGER, command_of


@pytest.mark.parametrize(
    ("environment", "configured", "command"),
    [
        ({"TERM": "xterm"}, "", "less"),
        ({"TERM": "dumb"}, "", ""),
        ({"TERM": "xterm", "PAGER": "more -s"}, "", "more -s"),
        ({"TERM": "xterm", "PAGER": "more"}, "delta", "delta"),
        ({"TERM": "xterm", "PAGER": "more", "HEIRLOOM_PAGER": "most"}, "delta", "most"),
        ({"TERM": "xterm", "HEIRLOOM_PAGER": ""}, "delta", ""),
        ({"TERM": "xterm", "PAGER": "cat"}, "", ""),
        ({"TERM": "xterm", NO_PAGER: "1", "PAGER": "more"}, "delta", ""),
    ],
)
def test_the_pager_is_as_gits(environment: dict[str, str], configured: str, command: str) -> None:
    assert command_of(environment, configured) == command
