"""Which gates these are: what was judged by others is no precedent, and is not used again."""

import hashlib
from functools import cache
from pathlib import Path

from controller.settings.gate_policy import DEFAULTS, GatePolicy

FOLDERS = (Path(__file__).parent, Path(__file__).parents[2] / "hunter")
KINDS = (".py", ".ini", ".toml")


@cache
def gates_fingerprint(policy: GatePolicy = DEFAULTS) -> str:
    """A digest of the gates' own files, theirs that run inside and the hunter's included, and of the policy."""
    digest = hashlib.sha256(policy.model_dump_json().encode() + b"\0")
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
