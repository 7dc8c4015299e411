"""Documentation of the code at the caret or the mouse."""

import inspect

from .code_before import CodeBefore, expression_at_end
from .shell import shell
from .short import short, size


def hint(before, hover):
    """`before` ends with the word. At the caret, the called function comes before its argument. None if unknown."""
    code = CodeBefore(before)
    if code.comment or code.string is not None and hover:
        return None
    candidates = [] if code.string is not None else [expression_at_end(before)]
    if not hover and (called := code.called):
        candidates.append(called)
        if candidates[0] and not callable(shell._ofind(candidates[0]).obj):
            candidates.reverse()
    for expression in filter(None, candidates):
        found = shell._ofind(expression)  # does not run properties
        if found.found:
            return described(expression.rpartition(".")[2], found.obj)
    return None


def described(name, value):
    """The fields of the page's hint."""
    head = signature(value) if callable(value) else None
    return {
        "title": name + head if head is not None else f"{name}: {type(value).__name__}",
        "value": "" if callable(value) or inspect.ismodule(value) else short(value),
        "size": size(value),
        "text": documentation(value)[:5000],
    }


def signature(value):
    try:
        return str(inspect.signature(value))
    except (TypeError, ValueError):
        return None


def documentation(value):
    """Its own, not that of its class."""
    if not (callable(value) or inspect.ismodule(value) or isinstance(value, property)):
        return ""
    text = inspect.getdoc(value)
    return text if isinstance(text, str) else ""
