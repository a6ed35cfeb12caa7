"""The steps of `bench tokens --mini PYTHON` through mini-swe-agent, run by a Python that has it: what it would send.

Reads from its input {"root", "task", "commands"}; prints {"messages": [each one once], "sent": [how many, a call]}.
Its own agent, prompt and observations (config/default.yaml of the installed package); the model is a list.
"""

import json
import sys
from pathlib import Path
from typing import Any

import minisweagent  # type: ignore[import-not-found]
import yaml  # type: ignore[import-untyped]
from minisweagent.agents.default import DefaultAgent  # type: ignore[import-not-found]
from minisweagent.environments.local import LocalEnvironment  # type: ignore[import-not-found]
from minisweagent.models.test_models import DeterministicModel, make_output  # type: ignore[import-not-found]


class Listed(DeterministicModel):  # type: ignore[misc]
    """Answers from a list, and notes how many messages each request held."""

    sent: list[int]

    def query(self, messages: list[dict[str, Any]], **words: Any) -> Any:
        self.sent.append(len(messages))
        return super().query(messages, **words)


def main() -> None:
    asked = json.load(sys.stdin)
    config = yaml.safe_load((Path(minisweagent.__file__).parent / "config" / "default.yaml").read_text())
    outputs = [
        make_output(f"```mswea_bash_command\n{command}\n```", [{"command": command}], 0.0)
        for command in asked["commands"]
    ]
    model = Listed(outputs=outputs, observation_template=config["model"]["observation_template"])
    model.sent = []
    agent = DefaultAgent(model, LocalEnvironment(cwd=asked["root"], **config["environment"]), **config["agent"])
    agent.run(asked["task"])
    told = [{"role": one["role"], "content": one["content"]} for one in agent.messages]
    sys.stdout.write(json.dumps({"messages": told, "sent": model.sent}))


main()
