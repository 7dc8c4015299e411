"""Commands on lines of text."""

import os
import re

from IPython.core.error import UsageError

from .file_commands import below
from .known_commands import command


def texts(paths, given):
    """Of files, or the piped text."""
    if not paths:
        return [given or ""]
    return [open(path, encoding="utf-8", errors="replace").read() for path in paths]


def number(words):
    """The number of lines in `-n 5`, `-n5`, `-5` or `-n +5`, as text, and the words without it."""
    match words:
        case ["-n", count, *rest]:
            return count, rest
        case [first, *rest] if found := re.fullmatch(r"-(?:n([+-]?\d+)|(\d+))", first):
            return found[1] or found[2], rest
    return "10", words


@command("cat", "less", "more")
def cat(_, rest, given):
    for text in texts(rest, given):
        print(text, end="")


@command("head")
def head(_, rest, given):
    count, rest = number(rest)
    for text in texts(rest, given):
        print("".join(text.splitlines(keepends=True)[: int(count)]), end="")


@command("tail")
def tail(_, rest, given):
    count, rest = number(rest)
    for text in texts(rest, given):
        lines = text.splitlines(keepends=True)
        # `+2` is from the second line on.
        first = int(count) - 1 if count.startswith("+") else len(lines) - abs(int(count))
        print("".join(lines[max(0, first) :]), end="")


@command("wc")
def wc(flags, rest, given):
    for path, text in zip(rest or [""], texts(rest, given)):
        counts = [text.count("\n"), len(text.split()), len(text.encode())]
        wanted = [count for count, flag in zip(counts, "lwc") if flag in flags] or counts
        print(" ".join(f"{count:>{7 if len(wanted) > 1 else 1}}" for count in wanted), path, sep=" " if path else "")


@command("grep", "egrep")
def grep(flags, rest, given):
    if not rest:
        raise UsageError("a pattern is needed")
    pattern = re.compile(re.escape(rest[0]) if "F" in flags else rest[0], re.I if "i" in flags else 0)
    if "w" in flags:
        pattern = re.compile(rf"\b(?:{pattern.pattern})\b", pattern.flags)
    paths = rest[1:]
    if "r" in flags or "R" in flags:
        paths = [path for root in paths or ["."] for path in below(root) if os.path.isfile(path)]
    any_found = False
    for path, text in zip(paths or [""], texts(paths, given)):
        found = [
            (number, line) for number, line in enumerate(text.splitlines(), 1)
            if bool(pattern.search(line)) != ("v" in flags)
        ]
        any_found = any_found or bool(found)
        before = f"{path}:" if len(paths) > 1 or "r" in flags else ""
        if "l" in flags:
            print(path if found else "", end="\n" if found else "")
        elif "c" in flags:
            print(f"{before}{len(found)}")
        else:
            for number, line in found:
                print(before + (f"{number}:" if "n" in flags else "") + line)
    return 0 if any_found else 1


@command("sort")
def sort(flags, rest, given):
    lines = [line for text in texts(rest, given) for line in text.splitlines()]
    key = (lambda line: float((re.match(r"\s*(-?(?:\d+\.?\d*|\.\d+))", line) or ("", 0))[1])) if "n" in flags else str
    for line in sorted(dict.fromkeys(lines) if "u" in flags else lines, key=key, reverse="r" in flags):
        print(line)


@command("uniq")
def uniq(flags, rest, given):
    from itertools import groupby

    for line, same in groupby(line for text in texts(rest, given) for line in text.splitlines()):
        print(f"{len(list(same)):>7} {line}" if "c" in flags else line)


@command("tee")
def tee(flags, rest, given):
    for path in rest:
        with open(path, "a" if "a" in flags else "w", encoding="utf-8") as file:
            file.write(given or "")
    print(given or "", end="")


@command("echo")
def echo(_, rest, __):
    flags = rest.pop(0) if rest and re.fullmatch("-[ne]+", rest[0]) else ""
    text = " ".join(rest)
    if "e" in flags:
        text = text.encode("latin-1", "backslashreplace").decode("unicode_escape")
    print(text, end="" if "n" in flags else "\n")
