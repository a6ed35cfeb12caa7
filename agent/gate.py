"""The controller's gate, which a life may ask a few times before it hands on."""

import os
from http.client import HTTPException
from urllib.request import Request, urlopen

from controller.contract import ENV_BASE_URL, ENV_TOKEN, GATE_PATH, GateLine


def ask() -> str:
    request = Request(os.environ[ENV_BASE_URL] + GATE_PATH, b"", {"x-api-key": os.environ[ENV_TOKEN]})
    try:
        with urlopen(request, timeout=60) as answer:  # a line comes every 10 s
            told = GateLine.model_validate_json(answer.read().splitlines()[-1])
    except (OSError, HTTPException, ValueError):
        return ""
    return told.text if told.decision == "refuse" else ""
