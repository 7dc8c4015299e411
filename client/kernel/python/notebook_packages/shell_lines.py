"""`%pip`, `!pip`, `!uv pip` and `!python -m pip` in a cell. They are awaited where possible, because Python cannot block for
them in every browser."""

import ast
import re
import warnings

MAGIC = re.compile(r"^(\s*)get_ipython\(\)\.run_line_magic\('(pip|uv)', (.*)\)$")
SYSTEM = re.compile(r"^(\s*)get_ipython\(\)\.system\((.*)\)$")
PIP = re.compile(r"\s*(?:(?:uv\s+)?pip3?|(?:\S*python[\d.]*|\{\s*sys\.executable\s*\})\s+-m\s+pip)(?:\s+(.*))?$", re.DOTALL)

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|(?:^|\s)#.*|2>\s*&1|&?[12]?>>?\s*/dev/null")
BEYOND = re.compile(r"[|;]|&&|(?:^|\s)[12]?>>?\s*[\w./~]")


def goes_beyond(line):
    """Whether its output goes to another command or a file, which only the shell can do."""
    return BEYOND.search(QUOTED.sub(" ", line)) is not None


def register(shell):
    """Called once with the shell."""
    from . import pip

    async def expanded(line):
        __tracebackhide__ = True
        await pip(shell.var_expand(line))

    shell.pip = expanded
    shell.input_transformers_post.append(awaited)


def awaited(lines):
    """Lines as IPython transformed them, with those of pip awaited."""
    if not any("pip" in line for line in lines):
        return lines
    changed = [awaited_line(line) for line in lines]
    try:
        with warnings.catch_warnings(action="ignore"):  # running the cell gives them
            compile("".join(changed), "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):
        return lines  # in a function that cannot await: an ordinary magic
    return changed


def awaited_line(line):
    text = line.rstrip("\n")
    try:
        if (magic := MAGIC.match(text)) is not None:
            indent, command = magic[1], f"{magic[2]} {ast.literal_eval(magic[3])}"
        elif (system := SYSTEM.match(text)) is not None:
            indent, command = system[1], ast.literal_eval(system[2])
        else:
            return line
        pip = PIP.match(command)
        if pip is not None and not goes_beyond(pip[1] or ""):
            return f"{indent}await get_ipython().pip({pip[1] or ''!r})\n"
    except (SyntaxError, ValueError):
        pass  # not a literal: an ordinary magic
    return line
