"""mini-swe-agent as a client of a gateway session: it speaks through LiteLLM's own translation to the Messages API."""

import os
import subprocess
from pathlib import Path

import pytest

from controller.ledger.recordings import Recordings
from controller.views.transcript import answered
from tests.clients.programs import program
from tests.controller.gateway.gateways import Gateways
from tests.waiting import PATIENCE

pytestmark = pytest.mark.slow
MAKE = {"text": "I look.", "calls": [{"name": "bash", "input": {"command": "echo 'grüße' > made.txt; cat made.txt"}}]}
END = {"text": "", "calls": [{"name": "bash", "input": {"command": "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"}}]}
USAGES = [{"input_tokens": 900, "output_tokens": 30}, {"input_tokens": 950, "output_tokens": 20}]


def test_mini_swe_agent_does_its_task(gateways: Gateways, tmp_path: Path) -> None:
    mini, work = program("mini"), tmp_path / "work"
    work.mkdir()
    script = gateways.script([MAKE | {"usage": USAGES[0]}, END | {"usage": USAGES[1]}])
    life = gateways.open(script, tokens=100_000, recordings=Recordings(tmp_path))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "MSWEA_GLOBAL_CONFIG_DIR": str(tmp_path / "settings"),
        "MSWEA_CONFIGURED": "true",
        "MSWEA_COST_TRACKING": "ignore_errors",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "ANTHROPIC_API_KEY": life.admission.token,
    }
    words = [str(mini), "-m", "anthropic/script", "-t", "Make a file.", "-y", "--exit-immediately"]
    words += ["-c", "mini.yaml", "-c", f"model.model_kwargs.api_base={life.url}", "-o", str(tmp_path / "said.json")]
    done = subprocess.run(
        words,
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert (work / "made.txt").read_text() == "grüße\n"
    used = gateways.used(life)
    assert (used.calls, used.input, used.output, used.reserved) == (2, 1_850, 50, 0)
    life.gateway.dismiss(life.admission)
    recordings = Recordings(tmp_path)
    first, second = recordings.of_life(life.admission.try_id)
    recordings.close()
    assert "grüße' > made.txt" in "".join(text for _, text in answered(first))
    assert second.request is not None
    said, result = second.request["messages"][-2:]
    assert said["content"][1]["input"] == MAKE["calls"][0]["input"]  # type: ignore[index]
    assert result["content"][0]["type"] == "tool_result"
    assert life.admission.token not in (tmp_path / "said.json").read_text()
