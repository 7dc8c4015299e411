"""`%pip`, `!pip` and `!python -m pip` in a cell. They are awaited where they can be, as Python cannot wait standing still
in every browser."""

import ast
import re

MAGIC = re.compile(r"^(\s*)get_ipython\(\)\.run_line_magic\('pip', (.*)\)$")
SYSTEM = re.compile(r"^(\s*)get_ipython\(\)\.system\((.*)\)$")
PIP = re.compile(r"\s*(?:pip3?|(?:\S*python[\d.]*|\{\s*sys\.executable\s*\})\s+-m\s+pip)(?:\s+(.*))?$", re.DOTALL)


def register(shell):
    """Once, where the shell is made."""
    from . import pip

    async def expanded(line):
        __tracebackhide__ = True
        await pip(shell.var_expand(line))

    shell.pip = expanded
    shell.input_transformers_post.append(awaited)


def awaited(lines):
    """Lines as IPython rewrote them, those of pip awaited."""
    if not any("pip" in line for line in lines):
        return lines
    changed = [awaited_line(line) for line in lines]
    try:
        compile("".join(changed), "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):
        return lines  # inside a function, which may not await: there it is a magic like others
    return changed


def awaited_line(line):
    text = line.rstrip("\n")
    if (magic := MAGIC.match(text)) is not None:
        return f"{magic[1]}await get_ipython().pip({magic[2]})\n"
    if (system := SYSTEM.match(text)) is not None:
        try:
            pip = PIP.match(ast.literal_eval(system[2]))
        except (SyntaxError, ValueError):
            return line
        # What goes on to another command is for the shell's own.
        if pip is not None and re.search(r"[|;]|&&", pip[1] or "") is None:
            return f"{system[1]}await get_ipython().pip({pip[1] or ''!r})\n"
    return line
