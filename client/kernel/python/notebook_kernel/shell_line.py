"""The supported part of a shell: words, quotes, `$variables`, `*`, pipes, `&&`, `||` and redirections."""

import glob
import io
import os
import re
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout

from IPython.core.error import UsageError

SUBSTITUTION = r"\$\([^()]*\)"
TOKEN = re.compile(
    rf"""[^\S\n]*(?:(?P<comment>\#[^\n]*)|(?P<sign>2>\s*&1|1?>\s*&2|&>|<<|[12]?>>?|&&|\|\||[|;&<\n])"""
    rf"""|(?P<word>(?:{SUBSTITUTION}|'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\|;&<>])+)|(?P<end>$)|(?P<rest>.+))""",
    re.DOTALL,
)
PIECE = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|((?:\$\([^()]*\)|[^'"\\])+)""", re.DOTALL)
VARIABLE = re.compile(rf"{SUBSTITUTION}|\$(?:(\w+|\?)|{{(\w+)}})")
BLOCKS = {"for", "while", "until", "if", "case", "function", "<<"}
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
code = 0  # of the last command


def run(text, given=None):
    """Returns the exit code of the last command."""
    global code
    code = 0
    joint, printed = ";", given
    for words, following in commands(text):
        if joint == "|" or not ((joint == "&&" and code) or (joint == "||" and not code)):
            printed = one(words, printed if joint in ("|", "") else given, following == "|")
        joint = following
    return code


def commands(text):
    """The words of each command, and the sign after it."""
    words, at = [], 0
    text = re.sub(r"\\\n", " ", text)
    while True:
        token = TOKEN.match(text, at)
        at = token.end()
        if token["rest"] is not None:
            raise UsageError(f"!{text}: a quote is not closed")
        if (token["word"] if not words else token["sign"]) in BLOCKS:
            raise UsageError(f"{token[0].strip()} is not available: Python runs in the browser, without a shell")
        if token["word"] is not None:
            words.append(("word", token["word"]))
        elif (sign := token["sign"]) is not None and (">" in sign or sign == "<"):
            words.append(("sign", re.sub(r"\s", "", sign)))
        elif sign is not None or token["end"] is not None:
            if words:
                yield words, ";" if sign in ("&", "\n", None) else sign
            words = []
            if sign is None:
                return


def one(tokens, given, kept):
    """Runs one command; returns its output if that is `kept` for the next one."""
    global code
    from .known_commands import program

    words, printed = [], io.StringIO() if kept else None
    with ExitStack() as stack:
        if kept:
            stack.enter_context(redirect_stdout(printed))
        tokens = iter(tokens)
        for kind, text in tokens:
            if kind == "word":
                words += expanded(text) if not ASSIGNMENT.match(text) else ["".join(plain(text))]
            elif text == "2>&1":
                stack.enter_context(redirect_stderr(sys.stdout))
            elif text.endswith(">&2"):
                stack.enter_context(redirect_stdout(sys.stderr))
            else:
                _, name = next(tokens, (None, ""))
                name = "".join(plain(name))
                if name == "":
                    raise UsageError(f"a file name must follow {text}")
                try:
                    file = stack.enter_context(
                        io.StringIO() if name == "/dev/null"
                        else open(name, "r" if text == "<" else "a" if ">>" in text else "w", encoding="utf-8")
                    )
                except OSError as error:
                    print(f"{name}: {error.strerror}", file=sys.stderr)
                    code = 1
                    return ""
                if text == "<":
                    given = file.read()
                else:
                    stack.enter_context((redirect_stderr if text[0] == "2" else redirect_stdout)(file))
                    if text[0] == "&":
                        stack.enter_context(redirect_stderr(file))
        while words and ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            os.environ[name] = value
        code = program(words, given) if words else 0
    return printed.getvalue() if kept else None


def plain(word):
    """Its parts without quotes, with the values of variables."""
    return [text for text, _ in parts(word)]


def parts(word):
    """Its parts, and whether `*` in each matches file names."""
    for piece in PIECE.finditer(word):
        quoted, doubled, escaped, bare = piece.groups()
        if bare is not None:
            yield VARIABLE.sub(value, bare), True
        elif doubled is not None:
            yield re.sub(r'\\(["\\$`])', r"\1", VARIABLE.sub(value, doubled)), False
        else:
            yield (escaped if quoted is None else quoted), False


def value(found):
    if found[0].startswith("$("):
        printed = io.StringIO()
        with redirect_stdout(printed):
            run(found[0][2:-1])
        return printed.getvalue().rstrip("\n")
    name = found[1] or found[2]
    return str(code) if name == "?" else os.environ.get(name, "")


def expanded(word):
    """The word, or the file names it matches."""
    pieces = list(parts(word))
    whole = "".join(text for text, _ in pieces)
    if pieces and pieces[0][1]:
        whole = os.path.expanduser(whole)
        if whole == "" and len(pieces) == 1:
            return []  # an empty variable
    if not any(bare and glob.has_magic(text) for text, bare in pieces):
        return [whole]
    pattern = "".join(text if bare else glob.escape(text) for text, bare in pieces)
    return sorted(glob.glob(os.path.expanduser(pattern))) or [whole]
