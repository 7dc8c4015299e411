"""`%pip` and its forms in the shell."""

from notebook_packages import pip

from .magics import UsageError, magic, missing


@magic("%", "pip")
@magic("!", "pip", "pip3")
async def run_pip(line):
    await pip(line)


@magic("!", "python", "python3")
async def python(line):
    module, _, rest = line.strip().removeprefix("-m ").partition(" ")
    if not line.strip().startswith("-m ") or module != "pip":
        raise UsageError(missing("!", "python"))
    await pip(rest)
