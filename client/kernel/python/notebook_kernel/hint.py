"""What the page says of the code under the caret or the mouse."""

from .code_before import CodeBefore, expression_at_end
from .lookup import described, resolve


def hint(before, hover):
    """`before` ends with the word. By key, what is called comes before its argument; nothing is found: None."""
    code = CodeBefore(before)
    if code.comment or code.string is not None and hover:
        return None
    candidates = [] if code.string is not None else [expression_at_end(before)]
    if not hover and (called := code.called):
        candidates.append(called[0])
        if candidates[0] and not is_callable(candidates[0]):
            candidates.reverse()
    for expression in candidates:
        if expression is None:
            continue
        try:
            return described(expression)
        except LookupError:
            continue
    return None


def is_callable(expression):
    try:
        return callable(resolve(expression, careful=True))
    except LookupError:
        return False
