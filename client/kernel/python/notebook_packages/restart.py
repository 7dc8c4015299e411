"""A package that was imported before another version of it came: only a new Python has that."""

import json

from notebook_bridge import post


def offer_restart(wheels):
    names = ", ".join(f"{wheel.name} {wheel.version}" for wheel in wheels)
    text = f"{names}: another version is loaded. Restart Python to use this one."
    data = {"text/plain": text, "application/vnd.llm-notebook.restart+json": {"text": text}}
    post(json.dumps({"type": "display", "data": data, "metadata": {}}))
