"""Completions by IPython: names, attributes, keys, columns, arguments, modules, files, magics.

Each option is a pair of its text and the name of the page's icon for its kind.
"""

import builtins
import inspect
import re

from IPython.core.completer import provisionalcompleter

from .code_before import CodeBefore
from .shell import shell

MOST = 500
LONGEST = 1000  # characters of a line
KINDS = {
    "class": "class",
    "function": "function",
    "keyword": "keyword",
    "magic": "keyword",
    "module": "namespace",
    "dict key": "text",
    "path": "text",
    "property": "property",
    "method": "method",
}


def complete(before, asked):
    """The text to be replaced, and the options. `asked`: by key, not while typing."""
    code = CodeBefore(before)
    line = before[before.rfind("\n") + 1 :][-LONGEST:]
    word = re.search(r"\w*$", line)[0]
    if code.comment or word[:1].isdigit():
        return answer("", [])
    if code.string is None and not (asked or word or line.endswith((".", "[", "%"))):
        return answer("", [])
    with provisionalcompleter():
        found = list(shell.Completer.completions(line, len(line)))
    prefix = line[found[0].start :] if found else ""
    fitting = [option for option in found if fits(option, prefix, line, code, asked)]
    # IPython includes the point of an attribute.
    point = prefix.startswith(".")
    return answer(prefix[point:], [(option.text[point:], option.type) for option in fitting])


def fits(option, prefix, line, code, asked):
    if line[option.start :] != prefix:
        return False
    if option.type == "path":
        return code.string is not None and (asked or "/" in prefix)
    if code.string is not None and option.type != "dict key":
        return False
    if option.type == "magic" and not prefix.startswith("%"):
        return False
    return prefix.lstrip(".")[:1] == "_" or not option.text.lstrip(".").startswith("_")


def answer(prefix, options):
    texts = {text: KINDS.get(kind) or kind_of(text) for text, kind in options[:MOST]}
    return {"prefix": prefix, "options": sorted(texts.items())}


def kind_of(name):
    value = shell.user_ns.get(name, getattr(builtins, name, None))
    if isinstance(value, type):
        return "class"
    if inspect.ismodule(value):
        return "namespace"
    return "function" if callable(value) else "variable"
