"""Lines between Python objects and what is shown of them: the Python half of widgets.

A message's JSON has bytes in their places as `{"$buffer": base64}`. Jupyter sends them beside it, with their paths.
"""

import base64
import json
import os
import sys

from .display import send
from .formats import jsonable
from .tracebacks import describe

BUFFER = "$buffer"


class BaseComm:
    """One line. It opens by itself where Python made it (`primary`)."""

    def __init__(
        self,
        target_name="comm",
        data=None,
        metadata=None,
        buffers=None,
        comm_id=None,
        primary=True,
        target_module=None,
        topic=None,
        _open_data=None,
        _close_data=None,
        **kwargs,
    ):
        self.comm_id = comm_id or os.urandom(16).hex()
        self.target_name = target_name
        self.target_module = target_module
        self.topic = topic or f"comm-{self.comm_id}"
        self.primary = primary
        self._open_data, self._close_data = _open_data, _close_data
        self._closed = True
        self._msg_callback = self._close_callback = None
        if primary:
            self.open(data, metadata, buffers)
        else:
            self._closed = False

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        data, buffers = placed(data or {}, buffers or [])
        what = {"comm_open": "open", "comm_msg": "message", "comm_close": "close"}[msg_type]
        target = self.target_name if what == "open" else ""
        send({"type": "comm", "what": what, "comm": self.comm_id, "target": target, "data": data, "buffers": buffers})

    def open(self, data=None, metadata=None, buffers=None):
        manager.register_comm(self)
        try:
            self.publish_msg("comm_open", self._open_data if data is None else data, metadata, buffers)
            self._closed = False
        except BaseException:
            manager.unregister_comm(self)
            raise

    def close(self, data=None, metadata=None, buffers=None, deleting=False):
        if self._closed:
            return
        self._closed = True
        self.publish_msg("comm_close", self._close_data if data is None else data, metadata, buffers)
        if not deleting:
            manager.unregister_comm(self)

    def send(self, data=None, metadata=None, buffers=None):
        self.publish_msg("comm_msg", data, metadata, buffers)

    def on_msg(self, callback):
        self._msg_callback = callback

    def on_close(self, callback):
        self._close_callback = callback

    def handle_msg(self, msg):
        if self._msg_callback is not None:
            self._msg_callback(msg)

    def handle_close(self, msg):
        if self._close_callback is not None:
            self._close_callback(msg)


class CommManager:
    def __init__(self):
        self.comms, self.targets = {}, {}

    def register_target(self, target_name, f):
        self.targets[target_name] = f

    def unregister_target(self, target_name, f):
        return self.targets.pop(target_name)

    def register_comm(self, comm):
        self.comms[comm.comm_id] = comm
        return comm.comm_id

    def unregister_comm(self, comm):
        self.comms.pop(comm.comm_id, None)

    def get_comm(self, comm_id):
        return self.comms.get(comm_id)


manager = CommManager()


def create_comm(*args, **kwargs):
    return BaseComm(*args, **kwargs)


def get_comm_manager():
    return manager


def receive(message):
    """A message (JSON) from the shown half. What it sets off has no cell of its own: an exception is told on stderr."""
    message = json.loads(message)
    comm = manager.get_comm(message["comm"])
    if comm is None:
        return
    data, buffers = message["data"], [memoryview(base64.b64decode(text)) for text in message["buffers"]]
    if "state" in data:
        paths = []
        data["state"] = taken(data["state"], [], paths, buffers)
        data["buffer_paths"] = paths
    try:
        comm.handle_msg({"content": {"comm_id": comm.comm_id, "data": data}, "buffers": buffers, "metadata": {}, "header": {}})
    except BaseException as error:
        print("\n".join(describe(error)["traceback"]), file=sys.stderr)


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
    """`value` without its bytes: those go to the end of `buffers`, where they were to `paths`."""
    if isinstance(value, dict):
        kept = {}
        for key, part in value.items():
            if isinstance(part, dict) and isinstance(part.get(BUFFER), str):
                paths.append([*path, key])
                buffers.append(memoryview(base64.b64decode(part[BUFFER])))
            else:
                kept[key] = taken(part, [*path, key], paths, buffers)
        return kept
    if isinstance(value, list):
        kept = []
        for index, part in enumerate(value):
            if isinstance(part, dict) and isinstance(part.get(BUFFER), str):
                paths.append([*path, index])
                buffers.append(memoryview(base64.b64decode(part[BUFFER])))
                kept.append(None)
            else:
                kept.append(taken(part, [*path, index], paths, buffers))
        return kept
    return value
