"""pip's command line, for `%pip`, `!pip` and `!python -m pip`."""

import argparse
import contextlib
import io
import itertools
import json
import re
import shlex
from collections import defaultdict

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .errors import InstallError

# Options without a meaning here.
IDLE = ("--user", "--no-cache-dir", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "-I",
        "--break-system-packages", "--prefer-binary", "--no-build-isolation", "--no-color", "--ignore-installed",
        "--no-python-version-warning", "--no-warn-conflicts", "--no-compile", "--use-pep517", "--isolated", "--system")
IDLE_WITH_WORD = ("--progress-bar", "--upgrade-strategy", "--trusted-host", "--timeout", "--retries", "--root-user-action")
REDIRECTION = re.compile(r"\s*(?:2>\s*&1|[12&]?>>?\s*/dev/null)")


async def pip(line):
    """Runs `pip` with these arguments."""
    __tracebackhide__ = True
    quiet = re.search(r"(?<!2)>\s*/dev/null|&>\s*/dev/null", line) is not None
    # shlex would treat the fragment of a URL as a comment.
    words = shlex.split(REDIRECTION.sub(" ", re.sub(r"(^|\s)#.*", "", line)))
    try:
        with contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
            await run(words)
    except BaseException as error:
        # A traceback through the installer helps nobody.
        raise error.with_traceback(None) from None


async def run(words):
    verbosity = 0
    while words and words[0] in ("-q", "-qq", "-v", "--quiet", "--verbose"):
        verbosity += -1 if "q" in words.pop(0) else 1
    command, *rest = words or ["help"]
    if command in ("--version", "-V"):
        import platform

        return print(f"micropip and resolvelib, instead of pip (python {platform.python_version()})")
    if command in COMMANDS:
        return await COMMANDS[command](rest, verbosity)
    raise InstallError(f"pip {command} is not available in this notebook; there are {', '.join(sorted(COMMANDS))}")


async def run_install(words, verbosity):
    from .index import Indexes
    from .install import directly, install
    from .resolve import InstallOptions

    args = parse(words)
    verbosity += args.verbose - args.quiet
    if not args.given:
        raise InstallError("pip install needs the name of a package")
    options = InstallOptions(args.upgrade, args.force, args.pre, not args.bare)
    requirements, direct = [], []
    for each in args.given:
        each, *hashes = re.split(r"\s+--hash=", each)
        if re.search(r"\.(whl|tar\.gz)(#|$)|^git\+|@\s*(https?|git\+)|^https?:", each):
            content = await directly(each)
            direct.append(content)
            each = content.wheel.name
        requirement = required(each)
        requirements.append(requirement)
        if hashes:
            options.hashes[canonicalize_name(requirement.name)] = {digest.partition("sha256:")[2] for digest in hashes}
    for line in itertools.chain.from_iterable(map(requirement_lines, args.constraint)):
        requirement = required(line)
        known = options.constraints.setdefault(canonicalize_name(requirement.name), SpecifierSet())
        options.constraints[canonicalize_name(requirement.name)] = known & requirement.specifier
    if verbosity >= 0:
        print(f"Collecting {', '.join(map(str, requirements))}", flush=True)
    indexes = [each for each in args.indexes if not re.match(r"https://pypi\.org/simple/?$", each)]
    new, present, loaded = await install(requirements, Indexes(indexes), options, direct)
    if verbosity >= 0:
        asked = {canonicalize_name(requirement.name) for requirement in requirements}
        for found in present:
            if verbosity > 0 or canonicalize_name(found.name) in asked:
                print(f"Requirement already satisfied: {found.name} ({found.version})")
        if verbosity > 0:
            for wheel in new:
                print(f"  {wheel.file} from {wheel.source}, sha256 {wheel.sha256}")
        if new:
            print("Successfully installed", " ".join(f"{wheel.name}-{wheel.version}" for wheel in new))
    if loaded:
        from .restart import report

        report(loaded)


def required(text):
    if "/" in text or text == ".":
        raise InstallError(f"{text} is not available: folders, and version control systems other than git, are not supported")
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise InstallError(f"{text!r} is not a package name: {str(error).splitlines()[0]}") from None


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise InstallError(f"pip install: {message}")


def parse(words):
    options = Parser(add_help=False, allow_abbrev=False)
    options.add_argument("given", nargs="*")
    for names in (("-q", "--quiet"), ("-v", "--verbose")):
        options.add_argument(*names, action="count", default=0)
    for name, *names in (("upgrade", "-U", "--upgrade"), ("force", "--force-reinstall"), ("pre", "--pre"), ("bare", "--no-deps")):
        options.add_argument(*names, dest=name, action="store_true")
    options.add_argument("-i", "--index-url", "--extra-index-url", dest="indexes", action="append", default=[])
    options.add_argument("-c", "--constraint", action="append", default=[])
    options.add_argument(*IDLE, dest="idle", action="store_true")
    options.add_argument(*IDLE_WITH_WORD, dest="idle")
    args, unknown = options.parse_known_intermixed_args(list(with_files(words)))
    if unknown:
        raise InstallError(f"pip install {unknown[0].partition('=')[0]} is not available in this notebook")
    return args


def with_files(words):
    """The words, with those of requirement files inserted."""
    words = iter(words)
    for word in words:
        if (found := re.fullmatch(r"(?:-r|--requirement=?)(.*)", word)) is None:
            yield word
            continue
        for line in requirement_lines(found[1] or next(words, "")):
            yield from with_files(shlex.split(line) if line.startswith("-") else [line])


def requirement_lines(path):
    try:
        with open(path) as file:
            text = file.read().replace("\\\n", " ")
    except OSError as error:
        raise InstallError(f"{path}: {error.strerror}") from None
    for line in text.splitlines():
        if line := re.sub(r"(^|\s)#.*$", "", line).strip():
            yield line


def by_name():
    from .installed import installed

    return sorted(installed().values(), key=lambda each: each.name.lower())


async def run_list(words, _):
    found = by_name()
    form = " ".join(words).replace("=", " ").removeprefix("--format ")
    if form == "freeze":
        return await run_freeze([], 0)
    if form == "json":
        return print(json.dumps([{"name": each.name, "version": each.version} for each in found]))
    if form not in ("", "columns"):
        raise InstallError(f"pip list {words[0]} is not available in this notebook")
    width = max(len(each.name) for each in found)
    print(f"{'Package':<{width}} Version\n{'-' * width} {'-' * 9}")
    for each in found:
        print(f"{each.name:<{width}} {each.version}")


async def run_freeze(words, _):
    for each in by_name():
        print(f"{each.name}=={each.version}")


def required_names(package):
    return [re.split(r"[^\w.-]", line)[0] for line in package.requires or [] if "extra ==" not in line]


async def run_show(words, _):
    from .installed import came, installed

    here = installed()
    needed = defaultdict(set)
    for each in here.values():
        for name in required_names(each):
            needed[canonicalize_name(name)].add(each.name)
    for word in [word for word in words if not word.startswith("-")]:
        name = canonicalize_name(word)
        if (found := here.get(name)) is None:
            print(f"WARNING: Package(s) not found: {word}")
            continue
        about = found.metadata
        wheel = came.get(name)
        print(
            f"Name: {found.name}\nVersion: {found.version}\nSummary: {about.get('Summary', '')}\n"
            f"Home-page: {home_page(about)}\nAuthor: {about.get('Author', '')}\n"
            f"Author-email: {about.get('Author-email', '')}\n"
            f"License: {about.get('License-Expression') or about.get('License', '')}\nLocation: {found.locate_file('')}\n"
            f"Requires: {', '.join(required_names(found))}\nRequired-by: {', '.join(sorted(needed[name]))}"
            + (f"\nWheel: {wheel.file}" if wheel else "")
        )


def home_page(about):
    urls = dict(re.split(r"\s*,\s*", line, maxsplit=1) for line in about.get_all("Project-URL", []))
    return about.get("Home-page") or urls.get("Homepage", "")


async def run_uninstall(words, verbosity):
    from .install import uninstall

    for word in [word for word in words if word not in ("-y", "--yes")]:
        if word.startswith("-"):
            raise InstallError(f"pip uninstall {word} is not available in this notebook")
        version = await uninstall(word)
        if version is None:
            print(f"WARNING: Skipping {word} as it is not installed.")
        elif verbosity >= 0:
            print(f"Successfully uninstalled {word}-{version}")


async def run_help(words, _):
    print(f"Available pip commands in this notebook: {', '.join(sorted(COMMANDS))}.")


async def run_check(words, _):
    from .installed import installed
    from .resolve import applies, parsed

    here, broken = installed(), 0
    for each in here.values():
        for need in filter(None, map(parsed, each.requires or [])):
            if not applies(need, ()):
                continue
            found = here.get(canonicalize_name(need.name))
            if found is None or not need.specifier.contains(found.version, prereleases=True):
                broken += 1
                print(f"{each.name} {each.version} requires {need}, which is {found.version if found else 'not installed'}.")
    if not broken:
        print("No broken requirements found.")


COMMANDS = {"install": run_install, "list": run_list, "freeze": run_freeze, "show": run_show,
            "uninstall": run_uninstall, "check": run_check, "help": run_help}
