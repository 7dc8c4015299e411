"""Lines between Python objects and what is shown of them: the Python half of widgets.

A message's JSON has bytes in their places as `{"$buffer": base64}`. Jupyter sends them beside it, with their paths.
"""

import base64
import json

import comm
from comm.base_comm import BaseComm, CommManager

from .send import jsonable, send
from .shell import shell

BUFFER = "$buffer"
GONE = object()
WHAT = {"comm_open": "open", "comm_msg": "message", "comm_close": "close"}


class Kernel:
    """Which request is being answered: ipywidgets' Output says by it that what is put out is its own."""

    @staticmethod
    def get_parent():
        return {"header": {"msg_id": "now"}}


class Comm(BaseComm):
    """One line. It opens by itself where Python made it."""

    kernel = Kernel()

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        data, buffers = placed(data or {}, buffers or [])
        what = WHAT[msg_type]
        target = self.target_name if what == "open" else ""
        send({"type": "comm", "what": what, "comm": self.comm_id, "target": target, "data": data, "buffers": buffers})


manager = CommManager()
comm.create_comm = Comm
comm.get_comm_manager = lambda: manager


def receive(message):
    """A message (JSON) from the shown half. What it sets off has no cell of its own: an exception is told on stderr."""
    message = json.loads(message)
    line = manager.comms.get(message["comm"])
    if line is None:
        return
    data, buffers = message["data"], [memoryview(base64.b64decode(text)) for text in message["buffers"]]
    if "state" in data:
        paths = []
        data["state"] = taken(data["state"], [], paths, buffers)
        data["buffer_paths"] = paths
    content = {"comm_id": line.comm_id, "data": data}
    try:
        line.handle_msg({"content": content, "buffers": buffers, "metadata": {}, "header": {}})
    except BaseException as error:
        shell.showtraceback((type(error), error, error.__traceback__))


def placed(data, buffers):
    """`data` with the buffers that have a path in its state in their places, and the others, all in base64."""
    texts = [base64.b64encode(buffer).decode() for buffer in buffers]
    paths = data.get("buffer_paths") if isinstance(data, dict) else None
    if not paths:
        return jsonable(data), texts
    data = json.loads(json.dumps(jsonable({**data, "buffer_paths": []})))
    for path, text in zip(paths, texts):
        place = data["state"]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = {BUFFER: text}
    return data, texts[len(paths) :]


def taken(value, path, paths, buffers):
    """`value` without its bytes: those go to the end of `buffers`, where they were to `paths`. GONE where it was bytes."""
    if isinstance(value, list):
        parts = [taken(part, [*path, index], paths, buffers) for index, part in enumerate(value)]
        return [None if part is GONE else part for part in parts]
    if not isinstance(value, dict):
        return value
    if isinstance(text := value.get(BUFFER), str):
        paths.append(path)
        buffers.append(memoryview(base64.b64decode(text)))
        return GONE
    parts = {key: taken(part, [*path, key], paths, buffers) for key, part in value.items()}
    return {key: part for key, part in parts.items() if part is not GONE}
