"""Comms between Python objects and their views: the Python side of widgets.

Bytes are `{"$buffer": base64}` within a message's JSON; Jupyter sends them separately, with their paths.
"""

import base64
import json
import sys

import comm
from comm.base_comm import BaseComm, CommManager

from .send import jsonable, send
from .shell import shell

BUFFER = "$buffer"
GONE = object()
WHAT = {"comm_open": "open", "comm_msg": "message", "comm_close": "close"}


class Comm(BaseComm):
    """Opens itself if Python created it."""

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        data, buffers = placed(data or {}, buffers or [])
        what = WHAT[msg_type]
        target = self.target_name if what == "open" else ""
        send({"type": "comm", "what": what, "comm": self.comm_id, "target": target, "data": data, "buffers": buffers})


manager = CommManager()
comm.create_comm = Comm
comm.get_comm_manager = lambda: manager


class Kernel:
    """What libraries look for in ipykernel's; where a shell has none they believe that they are in a terminal."""

    shell = shell
    comm_manager = manager

    @staticmethod
    def get_parent():
        """ipywidgets' Output marks outputs as its own by the id of the request being answered."""
        return {"header": {"msg_id": "now"}}


shell.kernel = Kernel()


def receive(message):
    """A message (JSON) from a view. Its handlers belong to no cell: an exception is printed to stderr."""
    message = json.loads(message)
    found = manager.comms.get(message["comm"])
    if found is None:
        return
    data, buffers = message["data"], [memoryview(base64.b64decode(text)) for text in message["buffers"]]
    if "state" in data:
        paths = []
        data["state"] = taken(data["state"], [], paths, buffers)
        data["buffer_paths"] = paths
    content = {"comm_id": found.comm_id, "data": data}
    try:
        found.handle_msg({"content": content, "buffers": buffers, "metadata": {}, "header": {}})
    except KeyboardInterrupt:
        print("KeyboardInterrupt", file=sys.stderr)
    except BaseException as error:
        shell.showtraceback((type(error), error, error.__traceback__))


def placed(data, buffers):
    """`data` with those buffers inserted whose path is in its state, and the other buffers, all in base64."""
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
    """`value` without its bytes, which are appended to `buffers`, and their paths to `paths`. GONE if it is bytes."""
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
