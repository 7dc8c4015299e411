"""Answers what the page asks about live objects, while no cell runs and within a time limit: an object's own code
(a property, a `__repr__`) may take any time, and the next cell must not wait for it."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from time import monotonic

from notebook_bridge import alarm_in, no_alarm

LIMIT = 0.4  # seconds
LONG_LIMIT = 2.5  # for what somebody has asked for and waits for
late_at = None


class OutOfTime(BaseException):
    """Passes by the `except Exception` of whoever is asked."""


def stop_if_late():
    """Called on each alarm, which comes again and again until the answer is there."""
    if late_at is not None and monotonic() > late_at:
        raise OutOfTime


def answer(question):
    """JSON to JSON; null where there is no answer."""
    global late_at
    from . import complete, frames, hint, references, table, variables  # only now: the start of Python does not wait for them

    query = json.loads(question)
    printed = io.StringIO()
    limit = LONG_LIMIT if query["type"].startswith(("frame-", "references")) else LIMIT
    late_at = monotonic() + limit
    alarm_in(limit * 1000)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            match query["type"]:
                case "complete":
                    found = complete.complete(query["before"], query["asked"])
                case "hint":
                    found = hint.hint(query["before"], query["hover"])
                case "variables":
                    found = variables.variables()
                case "references":
                    found = references.references(query["values"], query["functions"])
                case "table":
                    found = table.table(query["name"], query["first"])
                case "frame-rows":
                    found = frames.rows(query["frame"], query["first"], query["sort"], query["text"])
                case "frame-profile":
                    found = frames.profile(query["frame"])
                case "frame-values":
                    found = frames.values(query["frame"], query["column"])
                case _:
                    found = None
        return json.dumps(found)
    except (Exception, OutOfTime):
        return "null"
    finally:
        late_at = None
        no_alarm()
