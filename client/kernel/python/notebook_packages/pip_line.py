"""A line of pip, as people know it. `packages.pip(line)` is all that `%pip`, `!pip` and `!python -m pip` come to."""

import contextlib
import io
import re
import shlex
from dataclasses import replace

from .errors import InstallError

# Which mean nothing here, and take no word with them.
IDLE = {"--user", "--no-cache-dir", "--no-input", "--disable-pip-version-check", "--no-warn-script-location",
        "--progress-bar", "--break-system-packages", "--prefer-binary", "--no-build-isolation", "--no-color",
        "--ignore-installed", "-I", "--no-python-version-warning", "--upgrade-strategy=eager"}
WITH_IDLE_WORD = {"--progress-bar", "--upgrade-strategy", "--trusted-host", "--timeout", "--retries", "--root-user-action"}
REDIRECTION = re.compile(r"\s*(?:2>\s*&1|(?:[12&])?>>?\s*/dev/null|\|\s*(?:cat|tee)\b.*)")


async def pip(line):
    """Runs what stands behind `pip`."""
    __tracebackhide__ = True
    quiet = re.search(r"(?<!2)>\s*/dev/null|&>\s*/dev/null", line) is not None
    # shlex would take the fragment of an address for a comment.
    words = shlex.split(REDIRECTION.sub(" ", re.sub(r"(^|\s)#.*", "", line)))
    try:
        with contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
            await run(words)
    except BaseException as error:
        # Nobody wants to read how an installer works inside, whether it failed or was stopped.
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
    from packaging.requirements import InvalidRequirement, Requirement

    from .index import Indexes
    from .install import directly, install
    from .resolve import Wishes

    given, indexes, wishes, verbosity = parse(words, verbosity)
    if not given:
        raise InstallError("pip install needs the name of a package")
    requirements, direct = [], []
    for each in given:
        if re.search(r"\.whl(#|$)|^git\+|@\s*(https?|git\+)|^https?:", each):
            content = await directly(each)
            direct.append(content)
            requirements.append(Requirement(content.wheel.name))
            continue
        try:
            requirements.append(Requirement(each))
        except InvalidRequirement as error:
            raise InstallError(f"{each!r} is not a package name: {str(error).splitlines()[0]}") from None
    if verbosity >= 0:
        print(f"Collecting {', '.join(map(str, requirements))}", flush=True)
    new, present, loaded = await install(requirements, Indexes(indexes), replace(Wishes(), **wishes), direct)
    if verbosity >= 0:
        asked = {requirement.name.lower().replace("_", "-") for requirement in requirements}
        for found in present:
            if verbosity > 0 or found.name.lower().replace("_", "-") in asked:
                print(f"Requirement already satisfied: {found.name} ({found.version})")
        if verbosity > 0:
            for wheel in new:
                print(f"  {wheel.file} from {wheel.source}, sha256 {wheel.sha256}")
        if new:
            print("Successfully installed", " ".join(f"{wheel.name}-{wheel.version}" for wheel in new))
    if loaded:
        from .restart import tell

        tell(loaded)


def parse(words, verbosity):
    """Requirements, indexes, wishes and how much is to be said."""
    flags = {"-U": "upgrade", "--upgrade": "upgrade", "--force-reinstall": "force", "--pre": "pre"}
    given, indexes, wishes = [], [], {}
    words = list(words)

    def value(word, inline):
        if inline is not None:
            return inline
        if not words:
            raise InstallError(f"pip install {word} needs a value")
        return words.pop(0)

    while words:
        word = words.pop(0)
        option, _, inline = word.partition("=") if word.startswith("--") else (word, "", None)
        inline = inline or None
        if re.fullmatch(r"-[qvU]{2,}", word) and len(set(word)) > 2:
            words[:0] = [f"-{letter}" for letter in word[1:]]
        elif not word.startswith("-"):
            given.append(word)
        elif option in flags:
            wishes[flags[option]] = True
        elif option == "--no-deps":
            wishes["deps"] = False
        elif re.fullmatch(r"-q+|--quiet", option):
            verbosity -= max(1, option.count("q")) if option.startswith("-q") else 1
        elif re.fullmatch(r"-v+|--verbose", option):
            verbosity += 1
        elif option in ("-r", "--requirement"):
            for line in requirement_lines(value(option, inline)):
                more, more_indexes, more_wishes, verbosity = parse(shlex.split(line), verbosity)
                given, indexes, wishes = given + more, indexes + more_indexes, wishes | more_wishes
        elif option.startswith("-r") and not option.startswith("--"):
            words[:0] = ["-r", option[2:]]
        elif option in ("-i", "--index-url", "--extra-index-url"):
            address = value(option, inline)
            usual = re.match(r"https://pypi\.org/simple/?$", address)
            indexes += [] if usual else [address]
        elif option in IDLE or word in IDLE:
            pass
        elif option in WITH_IDLE_WORD:
            value(option, inline)
        else:
            raise InstallError(f"pip install {option} is not available in this notebook")
    return given, indexes, wishes, verbosity


def requirement_lines(path):
    try:
        with open(path) as file:
            text = file.read().replace("\\\n", " ")
    except OSError as error:
        raise InstallError(f"{path}: {error.strerror}") from None
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        line = re.sub(r"\s--hash=\S+", "", line)
        if line:
            # What names a package may have blanks and quotes in it (markers), options may not.
            yield line if line.startswith("-") else shlex.quote(line)


async def run_list(words, _):
    from .installed import installed

    found = sorted(installed().values(), key=lambda each: each.name.lower())
    if any("freeze" in word for word in words):
        return await run_freeze([], 0)
    width = max(len(each.name) for each in found)
    print(f"{'Package':<{width}} Version\n{'-' * width} {'-' * 9}")
    for each in found:
        print(f"{each.name:<{width}} {each.version}")


async def run_freeze(words, _):
    from .installed import installed

    for each in sorted(installed().values(), key=lambda each: each.name.lower()):
        print(f"{each.name}=={each.version}")


async def run_show(words, _):
    from .installed import came, installed
    from .wheels import canonical

    here = installed()
    needed = {}
    for each in here.values():
        for line in each.requires or []:
            if "extra ==" not in line:
                needed.setdefault(canonical(re.split(r"[^\w.-]", line)[0]), []).append(each.name)
    for word in [word for word in words if not word.startswith("-")]:
        found = here.get(canonical(word))
        if found is None:
            print(f"WARNING: Package(s) not found: {word}")
            continue
        about = found.metadata
        requires = [re.split(r"[^\w.-]", line)[0] for line in found.requires or [] if "extra ==" not in line]
        wheel = came.get(canonical(word))
        print(
            f"Name: {found.name}\nVersion: {found.version}\nSummary: {about.get('Summary', '')}\n"
            f"Home-page: {home_page(about)}\nAuthor: {about.get('Author', '')}\n"
            f"Author-email: {about.get('Author-email', '')}\n"
            f"License: {about.get('License-Expression') or about.get('License', '')}\nLocation: {found.locate_file('')}\n"
            f"Requires: {', '.join(requires)}\nRequired-by: {', '.join(sorted(set(needed.get(canonical(word), []))))}"
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
    from .wheels import canonical

    here, broken = installed(), 0
    for each in here.values():
        for need in filter(None, map(parsed, each.requires or [])):
            if not applies(need, ()):
                continue
            found = here.get(canonical(need.name))
            if found is None or not need.specifier.contains(found.version, prereleases=True):
                broken += 1
                print(f"{each.name} {each.version} requires {need}, which is {found.version if found else 'not installed'}.")
    if not broken:
        print("No broken requirements found.")


COMMANDS = {"install": run_install, "list": run_list, "freeze": run_freeze, "show": run_show,
            "uninstall": run_uninstall, "check": run_check, "help": run_help}
