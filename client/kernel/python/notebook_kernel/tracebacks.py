"""An exception as nbformat has it, in IPython's look: from the first frame of a cell on, with the lines around."""

import linecache
import os
import re
import traceback

from .magic_lines import MAYBE

RED, GREEN, CYAN, UNDERLINE = "31", "32", "36", "4"
ENDS = {UNDERLINE: "24"}
AROUND = 2  # lines shown before and after
MOST_FRAMES = 30
LONGEST_TEXT = 10_000  # characters of a message
OURS = os.path.dirname(__file__)


def paint(text, colour):
    return f"\x1b[{colour}m{text}\x1b[{ENDS.get(colour, '39')}m"


def describe(error):
    """The fields of an error output."""
    evalue = message(error)  # first, as it may be interrupted, and TracebackException would not notice
    told = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
    return {
        "ename": type(error).__name__,
        "evalue": shortened(evalue),
        "traceback": [line.encode("utf-8", "replace").decode() for line in chain(told)],
    }


def message(error):
    try:
        return str(error).encode("utf-8", "replace").decode()
    except Exception:
        return "<the message could not be made>"


def chain(told):
    """This exception's lines, those of what led to it first."""
    earlier, link = told.__cause__, "The above exception was the direct cause of the following exception:"
    if earlier is None and not told.__suppress_context__:
        earlier, link = told.__context__, "During handling of the above exception, another exception occurred:"
    before = [] if earlier is None else [*chain(earlier), "", link, ""]
    return before + single(told)


def single(told):
    frames = relevant(told.stack)
    last = "".join(told.format_exception_only(show_group=True)).rstrip("\n").split("\n")
    if issubclass_of_syntax_error(told):
        last = [re.sub(r'File "Cell\[(\d+)\]"', r"Cell In[\1]", line) for line in last]
        if not any(is_cell(frame) for frame in frames):
            frames = []
    name, colon, rest = last[-1].partition(":")
    if len(last) == 1 or issubclass_of_syntax_error(told):
        last[-1] = paint(name, RED) + shortened(colon + rest)
    else:
        name, colon, rest = last[0].partition(":")
        last[0] = paint(name, RED) + colon + rest
        last = shortened("\n".join(last)).split("\n")
    if not frames:
        return last
    head = [paint("-" * 75, RED), paint(name, RED) + "Traceback (most recent call last)".rjust(75 - len(name))]
    if len(frames) > MOST_FRAMES:
        half = MOST_FRAMES // 2
        skipped = f"    [... {len(frames) - 2 * half} frames left out ...]\n"
        shown = [*map(place, frames[:half]), skipped, *map(place, frames[-half:])]
    else:
        shown = [place(frame) for frame in frames]
    return [*head, *shown, *last]


def issubclass_of_syntax_error(told):
    return hasattr(told, "text") and hasattr(told, "msg")


def is_cell(frame):
    return frame.filename.startswith("Cell[")


def relevant(stack):
    """From the first frame of a cell on, or all where there is none; never our own."""
    frames = [frame for frame in stack if not frame.filename.startswith(OURS)]
    frames = [frame for frame, inner in zip(frames, [*frames[1:], None]) if not is_magic(frame, inner)]
    for index, frame in enumerate(frames):
        if is_cell(frame):
            return frames[index:]
    return [frame for frame in frames if "/_pyodide/" not in frame.filename]


def is_magic(frame, inner):
    """The line of a `%time`, which stands there again as what it runs."""
    return inner is not None and (frame.filename, frame.lineno, "<module>") == (inner.filename, inner.lineno, inner.name)


def place(frame):
    """One frame: where it is, and the source around its line."""
    inside = "" if frame.name == "<module>" else f", in {paint(frame.name, CYAN)}"
    if is_cell(frame):
        name = frame.filename.replace("Cell[", "Cell In[")
        head = f"{paint(name, CYAN)}{paint(f', line {frame.lineno}', GREEN)}{inside}"
    else:
        head = f"File {paint(f'{frame.filename}:{frame.lineno}', GREEN)}{inside}"
    lines = linecache.getlines(frame.filename)
    first = max(1, (frame.lineno or 1) - AROUND)
    shown = [
        source_line(frame, number, lines[number - 1].rstrip("\n"))
        for number in range(first, min(len(lines), (frame.lineno or 1) + AROUND) + 1)
    ]
    return "\n".join([head, *shown, ""])


def source_line(frame, number, text):
    text = shortened(text)
    if number != frame.lineno:
        return f"{paint(f'{number:>7}', GREEN)} {text}"
    start, end = frame.colno, frame.end_colno
    if is_cell(frame) and MAYBE.search(text):
        start = None  # a magic's: the columns are those of what was put in its place
    if frame.end_lineno == number and start is not None and end is not None and (start, end) != (0, len(text)):
        raw = text.encode()  # columns count bytes
        parts = [part.decode("utf-8", "replace") for part in (raw[:start], raw[start:end], raw[end:])]
        if parts[0].strip() or parts[2].strip():
            text = parts[0] + paint(parts[1], UNDERLINE) + parts[2]
    return f"{paint(f'----> {number}'.rjust(7), GREEN)} {text}"


def shortened(text):
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}… ({len(text) - LONGEST_TEXT} more characters)"
