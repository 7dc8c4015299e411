"""Answers the page's questions about live objects while no cell runs, within a time limit: an object's own code (a
property, a `__repr__`) may take any time, and the next cell must not wait for it."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from time import monotonic

from notebook_bridge import alarm_in, no_alarm

LIMIT = 0.4  # seconds
LONG_LIMIT = 2.5  # where a person waits for the answer
late_at = None


class OutOfTime(BaseException):
    """No Exception, so that the code of objects rarely catches it."""


def bounded(look, *arguments):
    """Calls a Python function; OutOfTime is raised only within this call, so callers can catch it safely."""
    return look(*arguments)


def stop_if_late(frame):
    """Called on each alarm. Alarms repeat until there is an answer, because code may catch the exception."""
    if late_at is None or monotonic() <= late_at or frame is None or frame.f_code is bounded.__code__:
        return
    while (frame := frame.f_back) is not None:
        if frame.f_code is bounded.__code__:
            raise OutOfTime


def answer(question):
    """JSON to JSON; null if there is no answer."""
    global late_at
    query = json.loads(question)
    printed = io.StringIO()
    by_key = query.get("asked") is True or query.get("hover") is False
    limit = LONG_LIMIT if by_key or query["type"].startswith(("frame-", "references")) else LIMIT
    try:
        look = finder(query)  # the first question imports what answers: that is no part of its time
        late_at = monotonic() + limit
        alarm_in(limit * 1000)
        with redirect_stdout(printed), redirect_stderr(printed):
            return json.dumps(look())
    except (Exception, OutOfTime):
        return "null"
    finally:
        late_at = None
        no_alarm()


def finder(query):
    # Late, because Python's start would wait for them.
    from . import complete, formatting, frames, hint, references, table, variables

    match query["type"]:
        case "complete":
            return lambda: bounded(complete.complete, query["before"], query["asked"])
        case "hint":
            return lambda: bounded(hint.hint, query["before"], query["hover"])
        case "format":
            return lambda: formatting.formatted(query["source"])
        case "variables":
            return variables.variables
        case "references":
            return lambda: references.references(query["values"], query["functions"])
        case "table":
            return lambda: bounded(table.table, query["name"], query["first"])
        case "frame-rows":
            return lambda: bounded(frames.rows, query["frame"], query["first"], query["sort"], query["text"])
        case "frame-profile":
            return lambda: bounded(frames.profile, query["frame"])
        case "frame-values":
            return lambda: bounded(frames.values, query["frame"], query["column"])
        case _:
            return lambda: None
