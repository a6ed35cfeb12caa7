"""Wire the real parts, live one life, and say by the exit code what was pushed."""

import os
import sys
from pathlib import Path

from agent.life import live
from agent.models.claude import Claude
from agent.workspace import Workspace, begin
from controller.contract import ENV_BIRTH, ENV_TOKEN, Birth


def main() -> int:
    """Live, and give the exit code of the contract."""
    birth = Birth.model_validate_json(Path(os.environ[ENV_BIRTH]).read_text())
    # No command needs the token, and what they print is kept.
    shown = {name: value for name, value in os.environ.items() if name != ENV_TOKEN}
    model = Claude(birth.models[0], birth.limits.timeout)
    root = Path.cwd()
    if birth.task:
        root = Path(birth.task.folder)
        birth = begin(root, birth, shown)
    workspace = Workspace(root, birth, shown, model.ask_gates)
    return live(workspace, model)


if __name__ == "__main__":
    sys.exit(main())
