"""The text of SQL: its statements, the names in them, and the positions of errors."""

import re
import sqlite3

FILE = re.compile(r"(?:\s*--(?!\s*db:)[^\n]*\n)*\s*--\s*db:[ \t]*(?P<file>[^\n]*?)\s*(?:\n|$)")
TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'"""
    r"""|"(?P<quoted>(?:[^"]|"")*)"|\[(?P<bracketed>[^\]]*)\]|`(?P<ticked>[^`]*)`|(?P<plain>[^\W\d]\w*)""",
    re.S,
)


def file_named(text):
    """The file of a comment `-- db: file.db` at the start, and its offset."""
    found = FILE.match(text)
    return (found["file"].strip("\"'"), found.start("file")) if found and found["file"] else None


def statements(text):
    """Each with its offset."""
    start = 0
    for found in re.finditer(";", text):
        if sqlite3.complete_statement(text[start : found.end()]):
            yield start, text[start : found.end()]
            start = found.end()
    if text[start:].strip():
        yield start, text[start:]


def identifiers(text):
    """Possible names outside of comments and strings, with their offsets."""
    for found in TOKEN.finditer(text):
        if found.lastgroup is not None:
            yield found[found.lastgroup].replace('""', '"'), found.start()


def names(text):
    return {name for name, _ in identifiers(text)}


def error_offset(database, statement, message):
    """SQLite names the token of the error; Python's module does not have its offset."""
    first = len(statement) - len(statement.lstrip())
    if message == "incomplete input":
        return len(statement.rstrip()) - 1
    if found := re.match(r'near "(.*)": |unrecognized token: "(.*)"', message, re.S):
        return offset_of(database, statement, found[1] or found[2], message)
    places = {name.lower(): at for name, at in reversed(list(identifiers(statement)))}
    words = re.findall(r"\w+", message.lower())
    return next((places[word] for word in reversed(words) if word in places), first)


def offset_of(database, statement, token, message):
    """The first place of the token up to which the text already has this error."""
    at = found = statement.find(token)
    while at >= 0:
        try:
            database.execute("EXPLAIN " + statement[: at + len(token)])
        except sqlite3.Error as error:
            if str(error) == message:
                return at
        at = statement.find(token, at + 1)
    return max(found, 0)
