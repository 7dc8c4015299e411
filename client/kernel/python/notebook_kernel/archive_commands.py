"""Commands that fetch, pack and unpack."""

import os
import re
from fnmatch import fnmatch

from IPython.core.error import UsageError

from .known_commands import command


@command("wget", "curl")
def wget(_, rest, __):
    from urllib.request import urlopen  # few notebooks need it

    words, urls, target, folder = list(rest), [], None, ""
    while words:
        word = words.pop(0)
        if not word.startswith("-"):
            urls.append(word)
        elif re.fullmatch(r"-\w*O-", word):
            target = "-"
        # The -O of curl is followed by no name: it takes that of the URL.
        elif re.fullmatch(r"-\w*[oOP]", word) and words and "://" not in words[0]:
            folder, target = (words.pop(0), target) if word.endswith("P") else (folder, words.pop(0))
    if not urls:
        raise UsageError("a URL is needed")
    for url in urls:
        with urlopen(url) as answer:
            content = answer.read()
        if target == "-":
            print(content.decode(errors="replace"), end="")
            continue
        if folder:
            os.makedirs(folder, exist_ok=True)
        name = os.path.join(folder, target or os.path.basename(url.partition("?")[0]) or "index.html")
        with open(name, "wb") as file:
            file.write(content)
        print(f"{name}: {len(content):,} bytes")


@command("unzip")
def unzip(_, rest, __):
    from zipfile import BadZipFile, ZipFile

    at = rest.index("-d") if "-d" in rest else len(rest)
    folder = (rest[at + 1 : at + 2] or ["."])[0]
    flags = "".join(word for word in rest[:at] if word.startswith("-"))
    path, *names = [word for word in rest[:at] + rest[at + 2 :] if not word.startswith("-")] or [""]
    try:
        with ZipFile(path if os.path.exists(path) else f"{path}.zip") as archive:
            chosen = [name for name in archive.namelist() if not names or any(fnmatch(name, each) for each in names)]
            if "q" not in flags:
                print(f"Archive:  {path}")
            for name in chosen:
                if "l" not in flags:
                    archive.extract(name, folder)
                if "q" not in flags:
                    where = os.path.normpath(os.path.join(folder, name))
                    print(f"{archive.getinfo(name).file_size:>9}  {name}" if "l" in flags else f"  inflating: {where}")
    except BadZipFile as error:
        raise UsageError(f"{path}: {error}") from None


@command("tar")
def tar(_, rest, __):
    import tarfile

    flags, *rest = rest or [""]
    if "-C" in rest:
        at = rest.index("-C")
        folder = rest[at + 1]
        del rest[at : at + 2]
    else:
        folder = "."
    if "f" not in flags or not rest or not set(flags) & set("cxt"):
        raise UsageError("a file is made, unpacked or listed by czf, xzf and tzf")
    path, *names = rest
    try:
        with tarfile.open(path, "w:gz" if "c" in flags and "z" in flags else "w" if "c" in flags else "r") as archive:
            for name in names if "c" in flags else names or archive.getnames():
                if "c" in flags:
                    archive.add(os.path.join(folder, name), name)
                elif "x" in flags:
                    archive.extract(name, folder, filter="data")
                if "t" in flags or "v" in flags:
                    print(name)
    except (tarfile.TarError, KeyError) as error:
        raise UsageError(f"{path}: {error}") from None
