"""%who, %whos, %reset: the person's own variables."""

import builtins

from .magics import magic
from .namespace import given, namespace, own_names
from .short import short, size


@magic("%", "who")
def who(argument):
    names = chosen(argument)
    print("\t".join(names) if names else "Interactive namespace is empty.")


@magic("%", "who_ls")
def who_list(argument):
    return chosen(argument)


@magic("%", "whos")
def whos(argument):
    names = chosen(argument)
    if not names:
        print("Interactive namespace is empty.")
        return
    rows = [("Variable", "Type", "Size", "Value")]
    for name in names:
        value = namespace[name]
        rows.append((name, type(value).__name__, size(value), short(value)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for at, row in enumerate(rows):
        print("   ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[3]]).rstrip())
        if at == 0:
            print("-" * (sum(widths) + 9 + len("Value")))


def chosen(argument):
    """All, or those of the types named."""
    types = argument.split()
    return sorted(name for name in own_names() if not types or type(namespace[name]).__name__ in types)


@magic("%", "reset")
def reset(argument):
    if "-f" not in argument.split():
        answer = builtins.input("Once deleted, variables cannot be recovered. Proceed (y/[n])? ")
        if answer.strip().lower() not in ("y", "yes"):
            print("Nothing done.")
            return
    for name in list(namespace):
        if name in given:
            namespace[name] = given[name]
        elif not name.startswith("__"):
            del namespace[name]
    namespace["Out"].clear()
