"""`!ls` and its like: the few commands of a shell that make sense on the notebook's files. There is no shell."""

import glob
import io
import os
import re
import shlex
import shutil
import sys
from contextlib import redirect_stdout

from IPython import get_ipython
from IPython.core.error import UsageError
from IPython.display import clear_output

TABLE = {}
JOINTS = {"&&", ";", "|", "||", "&"}


def command(*names):
    def add(function):
        for name in names:
            TABLE[name] = function
        return function

    return add


class Unknown(UsageError):
    """There is no such command."""


Unknown.__name__ = UsageError.__name__  # as the person reads it


def run_line(line, given=None):
    """Runs it as far as it is known; a UsageError says what is possible. What it prints goes to stdout."""
    piped = given
    words, joint = [], "|"
    for word in [*split(line), ";"]:
        if word not in JOINTS:
            words.append(word)
            continue
        if words:
            piped = run_one(words, piped if joint == "|" else None, word == "|")
        words, joint = [], word


def split(line):
    try:
        lexer = shlex.shlex(re.sub(r"2>\s*&1", "", line), posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        return list(lexer)
    except ValueError as error:
        raise UsageError(f"!{line}: {error}") from None


def run_one(words, given, kept):
    """What it printed, where that is `kept` for the next one."""
    words, target, mode = without_redirection(words)
    name = os.path.basename(words[0]) if words else ""
    if words and words[0] == sys.executable:
        name = "python"
    function = TABLE.get(name)
    if function is None:
        known = ", ".join(sorted(TABLE))
        raise Unknown(f"!{name} is not available: Python runs in the browser, without a shell. Available: {known}")
    options = [word for word in words[1:] if word.startswith("-") and word != "-"]
    rest = [path for word in words[1:] if word not in options for path in expanded(word)]
    if name in WHOLE:
        options, rest = [], words[1:]
    printed = io.StringIO() if kept or target else sys.stdout
    try:
        with redirect_stdout(printed):
            function(options, rest, given)
    except OSError as error:
        raise UsageError(f"{name}: {error.filename or ''}: {error.strerror or error}") from None
    if target and target != "/dev/null":
        with open(target, mode, encoding="utf-8") as file:
            file.write(printed.getvalue())
    return printed.getvalue() if kept else None


def without_redirection(words):
    for sign, mode in ((">>", "a"), (">", "w")):
        if sign in words:
            at = words.index(sign)
            if at + 1 == len(words):
                raise UsageError(f"a file name must follow {sign}")
            before = words[:at]
            stderr = before[-1:] == ["2"]
            rest = (before[:-1] if stderr else before) + words[at + 2 :]
            return rest, None if stderr else words[at + 1], mode
    return words, None, "w"


def expanded(word):
    word = os.path.expanduser(word)
    return sorted(glob.glob(word)) or [word] if glob.has_magic(word) else [word]


def texts(paths, given):
    """Of files, or of what came through a pipe."""
    if not paths:
        return [given or ""]
    return [open(path, encoding="utf-8", errors="replace").read() for path in paths]


def number(words):
    """`-n 5`, `-n5`, `-5`: how many lines; and the words without it."""
    match words:
        case ["-n", count, *rest]:
            return int(count), rest
        case [first, *rest] if found := re.fullmatch(r"-n?(\d+)", first):
            return int(found[1]), rest
    return 10, words


@command("ls", "dir")
def ls(options, rest, _):
    flags = "".join(options)
    for path in rest or ["."]:
        names = os.listdir(path) if os.path.isdir(path) else [path]
        for name in sorted(names):
            if name.startswith(".") and "a" not in flags and path != name:
                continue
            whole = name if path == name else os.path.join(path, name)
            mark = "/" if os.path.isdir(whole) else ""
            size = f"{os.stat(whole).st_size:>12} " if "l" in flags else ""
            print(size + name + mark)


@command("cat")
def cat(_, rest, given):
    for text in texts(rest, given):
        print(text, end="")


@command("head")
def head(_, rest, given):
    count, rest = number(rest)
    for text in texts(rest, given):
        print("".join(text.splitlines(keepends=True)[:count]), end="")


@command("tail")
def tail(_, rest, given):
    count, rest = number(rest)
    for text in texts(rest, given):
        print("".join(text.splitlines(keepends=True)[-count:]), end="")


@command("wc")
def wc(options, rest, given):
    for path, text in zip(rest or [""], texts(rest, given)):
        counts = [len(text.splitlines()), len(text.split()), len(text.encode())]
        wanted = [count for count, flag in zip(counts, "lwc") if flag in "".join(options)] or counts
        print(" ".join(f"{count:>7}" for count in wanted), path)


@command("grep")
def grep(options, rest, given):
    if not rest:
        raise UsageError("grep needs a pattern")
    flags = "".join(options)
    pattern = re.compile(rest[0], re.I if "i" in flags else 0)
    for path, text in zip(rest[1:] or [""], texts(rest[1:], given)):
        for line in text.splitlines():
            if bool(pattern.search(line)) != ("v" in flags):
                print(f"{path}:{line}" if len(rest) > 2 else line)


@command("mkdir")
def mkdir(options, rest, _):
    for path in rest:
        os.makedirs(path, exist_ok="-p" in options)


@command("rm", "rmdir")
def rm(options, rest, _):
    flags = "".join(options)
    for path in rest:
        if os.path.isdir(path) and "r" in flags.lower():
            shutil.rmtree(path)
        elif os.path.isdir(path):
            os.rmdir(path)
        elif os.path.exists(path) or "f" not in flags:
            os.remove(path)


@command("cp")
def cp(options, rest, _):
    *sources, target = rest if len(rest) > 1 else [*rest, "."]
    for source in sources:
        if os.path.isdir(source) and "r" in "".join(options).lower():
            shutil.copytree(source, os.path.join(target, os.path.basename(source)) if os.path.isdir(target) else target)
        else:
            shutil.copy(source, target)


@command("mv")
def mv(_, rest, __):
    *sources, target = rest
    for source in sources:
        shutil.move(source, target)


@command("touch")
def touch(_, rest, __):
    for path in rest:
        open(path, "a").close()


@command("echo")
def echo(_, rest, __):
    print(*rest)


@command("clear")
def clear(*_):
    clear_output()


@command("pwd")
def pwd(*_):
    print(os.getcwd())


@command("cd")
def cd(_, rest, __):
    os.chdir(rest[0] if rest else os.path.expanduser("~"))


@command("which")
def which(_, rest, __):
    for name in rest:
        if name in TABLE:
            print(sys.executable if name.startswith("python") else name)


@command("wget", "curl")
def wget(_, rest, __):
    from urllib.request import urlopen  # here, as few notebooks need it

    words = iter(rest)
    for word in words:
        target = None
        if word in ("-O", "-o", "-P"):
            target, word = next(words, ""), next(words, "")
        elif word.startswith("-"):
            continue
        with urlopen(word) as answer:
            content = answer.read()
        following = list(words)
        for sign, name in zip(following, following[1:]):
            target = name if sign in ("-O", "-o") else target
        name = target or os.path.basename(word.partition("?")[0]) or "index.html"
        with open(name, "wb") as file:
            file.write(content)
        print(f"{name}: {len(content):,} bytes")


@command("unzip")
def unzip(options, rest, _):
    words = [word for word in rest if not word.startswith("-")]
    folder = rest[rest.index("-d") + 1] if "-d" in rest else "."
    shutil.unpack_archive(words[0], folder, "zip")
    print(f"{words[0]} unpacked into {folder}")


@command("pip", "pip3")
def pip(_, rest, __):
    get_ipython().run_line_magic("pip", shlex.join(rest))


@command("python", "python3")
def python(_, rest, __):
    match rest:
        case ["-m", "pip", *words]:
            pip(None, words, None)
        case ["--version" | "-V"]:
            print("Python", sys.version.partition(" ")[0])
        case ["-c", program, *words]:
            execute(program, ["-c", *words])
        case ["-m", module, *words]:
            get_ipython().safe_run_module(module, {"__name__": "__main__"})
        case [path, *words] if not path.startswith("-"):
            with open(path, encoding="utf-8") as file:
                execute(file.read(), [path, *words])
        case _:
            raise UsageError("!python runs a file, as in !python program.py; cells run the rest")


def execute(program, words):
    """In variables of its own."""
    before, sys.argv = sys.argv, words
    try:
        exec(compile(program, words[0], "exec"), {"__name__": "__main__", "__file__": words[0]})
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    finally:
        sys.argv = before


# Which read their options themselves.
WHOLE = {"pip", "pip3", "python", "python3", "wget", "curl", "unzip", "head", "tail", "echo"}
