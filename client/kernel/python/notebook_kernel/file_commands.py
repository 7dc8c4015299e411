"""Commands on files and folders."""

import os
import shutil
import stat
import sys
import time
from fnmatch import fnmatch

from IPython.core.error import UsageError

from .known_commands import TABLE, command


def below(root):
    yield root
    for folder, folders, files in os.walk(root):
        for name in sorted([*folders, *files]):
            yield os.path.join(folder, name)


@command("ls", "dir")
def ls(flags, rest, _):
    code = 0
    there = []
    for path in rest or ["."]:
        if os.path.lexists(path):
            there.append(path)
        else:
            print(f"ls: cannot access {path!r}: No such file or directory", file=sys.stderr)
            code = 2
    folders = [path for path in there if os.path.isdir(path) and "d" not in flags]
    for name in there:
        if name not in folders:
            print(listed(name, name, flags))
    while folders:
        folder = folders.pop(0)
        if len(rest) > 1 or "R" in flags:
            print(f"{folder}:")
        names = [name for name in os.listdir(folder) if "a" in flags or "A" in flags or not name.startswith(".")]
        names = sorted([*names, *([".", ".."] if "a" in flags else [])], key=str.lower)
        if "t" in flags or "S" in flags:
            names.sort(key=lambda name: sort_key(os.stat(os.path.join(folder, name)), flags), reverse=True)
        for name in names[::-1] if "r" in flags else names:
            print(listed(os.path.join(folder, name), name, flags))
        if "R" in flags:
            below = [os.path.join(folder, name) for name in names if name not in (".", "..")]
            folders[:0] = [path for path in below if os.path.isdir(path)]
        if folders:
            print()
    return code


def sort_key(status, flags):
    return status.st_mtime if "t" in flags else status.st_size


def listed(path, name, flags):
    mark = "/" if "F" in flags and os.path.isdir(path) else ""
    if "l" not in flags:
        return name + mark
    status = os.stat(path)
    size = in_units(status.st_size) if "h" in flags else status.st_size
    when = time.strftime("%b %e %H:%M", time.localtime(status.st_mtime))
    return f"{stat.filemode(status.st_mode)} {size:>9} {when} {name}{mark}"


def in_units(size):
    for unit in ("", "K", "M"):
        if size < 1024:
            break
        size /= 1024
    else:
        unit = "G"
    return f"{size:.1f}{unit}" if unit else str(size)


@command("find")
def find(_, rest, __):
    roots = []
    while rest and not rest[0].startswith("-"):
        roots.append(rest.pop(0))
    wanted = dict(zip(rest[::2], rest[1::2]))
    if unknown := set(wanted) - {"-name", "-iname", "-type", "-maxdepth"} or len(rest) % 2:
        raise UsageError(f"only -name, -iname, -type and -maxdepth are known, not {' '.join(rest) or unknown}")
    for root in roots or ["."]:
        for path in below(root):
            name = os.path.basename(path)
            kind = "d" if os.path.isdir(path) else "f"
            if (
                fnmatch(name, wanted.get("-name", "*")) and fnmatch(name.lower(), wanted.get("-iname", "*").lower())
                and kind == wanted.get("-type", kind)
                and path.removeprefix(root).count("/") <= int(wanted.get("-maxdepth", 99))
            ):
                print(path)


@command("mkdir")
def mkdir(flags, rest, _):
    for path in rest:
        os.makedirs(path, exist_ok="p" in flags)


@command("rm", "rmdir")
def rm(flags, rest, _):
    for path in rest:
        if os.path.isdir(path) and "r" in flags.lower():
            shutil.rmtree(path)
        elif os.path.isdir(path):
            os.rmdir(path)
        elif os.path.exists(path) or "f" not in flags:
            os.remove(path)


@command("cp")
def cp(flags, rest, _):
    *sources, target = rest if len(rest) > 1 else [*rest, "."]
    for source in sources:
        if os.path.isdir(source) and "r" in flags.lower():
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


@command("du")
def du(flags, rest, _):
    for path in rest or ["."]:
        size = sum(os.stat(each).st_size for each in below(path) if not os.path.isdir(each))
        print(f"{in_units(size) if 'h' in flags else -(-size // 1024)}\t{path}")


@command("which")
def which(_, rest, __):
    for name in rest:
        if name in TABLE:
            print(sys.executable if name.startswith("python") else name)


@command("pwd")
def pwd(*_):
    print(os.getcwd())


@command("cd")
def cd(_, rest, __):
    os.chdir(rest[0] if rest else os.path.expanduser("~"))
