"""Installs what was resolved, all of it or nothing, and lets the notebook keep it."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from notebook_bridge import post, show_progress
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from .errors import InstallError, Refused
from .index import Indexes, named, ranks
from .installed import came, installed, is_ours, modules_of, put, remove
from .resolve import InstallOptions, Resolution
from .restart import Loaded
from .source import WHERE, built, content_of, is_source
from .wheels import Content, Wheel, ask, ask_elsewhere, check, fetch, this_python, together


async def install(requirements, indexes, options=None, direct=(), keep=True):
    """Returns the installed wheels, the packages that were already there, and those of which another version is loaded."""
    resolution = Resolution(requirements, indexes, options or InstallOptions(), direct)
    try:
        chosen = await resolution.run()
        wanted = [candidate.wheel for candidate in chosen.values() if candidate.wheel is not None]
        await together(*(resolution.get(wheel) for wheel in wanted))
        contents = [resolution.contents.get(wheel) for wheel in wanted]
        for wheel, content in zip(wanted, contents, strict=True):
            if content is None:
                raise InstallError(f"{wheel.name} {wheel.version}: {resolution.refused[wheel]}")
        loaded = []
        for content in contents:
            show_progress(f"installing {content.wheel.name}")
            before = resolution.installed.get(content.wheel.name)
            if before is not None:
                if modules_of(before) and before.version != content.wheel.version:
                    loaded.append(Loaded(content.wheel.name, before.version, content.wheel.version, is_ours(before)))
                if not is_ours(before):
                    remove(before)
            await put_whole(content)
    except Refused as refused:
        raise InstallError(str(refused)) from None
    finally:
        show_progress("")
    if keep:
        post_kept(chosen)
    present = [candidate.name for candidate in chosen.values() if candidate.wheel is None]
    return [content.wheel for content in contents], [resolution.installed[name] for name in present], loaded


async def put_whole(content):
    try:
        await put(content)
    except (Refused, OSError, ValueError) as error:
        raise InstallError(f"{content.wheel.file} could not be unpacked: {error}") from None


def post_kept(names, removed=()):
    wheels = [came[name] for name in names if name in came]
    entries = [
        {"name": each.name, "version": each.version, "file": each.file, "sha256": each.sha256, "path": each.path}
        for each in wheels
        if each.source != "file"
    ]
    post(json.dumps({"type": "packages", "kept": entries, "removed": list(removed)}), 0)  # of the latest run


async def uninstall(name):
    """The removed version; None if it was not installed."""
    found = installed().get(canonicalize_name(name))
    if found is None:
        return None
    if is_ours(found):
        raise InstallError(f"{found.name} {found.version} is part of the notebook itself and cannot be removed")
    version = found.version  # read before it is deleted
    remove(found)
    post_kept((), [canonicalize_name(name)])
    return version


async def bring_back(entries):
    """Restores packages that the notebook keeps. Returns messages about failures."""
    indexes = Indexes()
    unresolved = [each for each in entries if not each["file"]]
    problems = await bring_named(unresolved, indexes) if unresolved else []
    here = installed()

    def is_here(entry):
        return entry["name"] in here and here[entry["name"]].version == entry["version"]

    lacking = [each for each in entries if each["file"] and not is_here(each)]
    if not lacking:
        return problems
    show_progress(f"restoring {', '.join(each['name'] for each in lacking)}")
    try:
        answers = await together(*(look_for(each, indexes) for each in lacking))
        for content in answers:
            if isinstance(content, Content):
                before = here.get(content.wheel.name)
                if before is not None and not is_ours(before):
                    remove(before)
                await put_whole(content)
    finally:
        show_progress("")
    return problems + [answer for answer in answers if isinstance(answer, str)]


async def bring_named(entries, indexes):
    """Packages of a script, which names no wheels: from now on the notebook keeps them."""
    try:
        await install([Requirement(f"{each['name']}=={each['version']}") for each in entries], indexes)
    except (InstallError, InvalidRequirement) as error:
        return [str(error)]
    return []


async def look_for(entry, indexes):
    name, version, file, sha256 = entry["name"], entry["version"], entry["file"], entry["sha256"]
    path = entry["path"]
    source = (
        "url" if path.startswith("https:") else "distribution" if path.startswith("/pyodide/packages/") else "index"
    )
    if path.endswith(".tar.gz"):
        file = path.rpartition("/")[2]
        sha256 = path.split("/")[-2] if source == "index" else None
    wheel = Wheel(name, version, file, sha256, path, source)
    try:
        if path.startswith("git+"):
            return await built(path)
        return await fetch(wheel, indexes)
    except (Refused, InstallError) as refused:
        return f"{name} {version} could not be restored: {refused}"


async def directly(address):
    """The wheel at a URL, optionally preceded by `name @ `."""
    url = address.partition("@")[2].strip() if re.match(r"[\w.-]+\s*@\s", address) else address
    try:
        return await (built(url) if is_source(url) else ready_made(url))
    except Refused as refused:
        raise InstallError(str(refused)) from None
    except OSError as error:
        raise InstallError(f"{address}: {error.strerror or error}") from None


async def ready_made(url):
    """The wheel, or the source archive, with that file name."""
    parts = urlsplit(url)
    file = unquote(parts.path).rpartition("/")[2]
    if (found := named(file)) is None:
        raise InstallError(f"{url} is not a wheel; {WHERE}")
    name, version, tags = found
    if tags and not any(tag in ranks() for tag in tags):
        raise InstallError(f"{file} is not for {this_python()}")
    digest = parts.fragment.removeprefix("sha256=") if parts.fragment.startswith("sha256=") else None
    if parts.scheme in ("", "emfs", "file"):
        data = Path(parts.path).read_bytes()
        wheel = Wheel(name, str(version), file, digest, parts.path, "file")
    elif parts.hostname == "files.pythonhosted.org":
        wheel = await listed_wheel(name, file)
        data = await ask(wheel.path, wheel.sha256)
    else:
        from hashlib import sha256

        data = await ask_elsewhere(url)
        wheel = Wheel(name, str(version), file, digest or sha256(data).hexdigest(), url, "url")
    check(wheel, data)
    return await content_of(wheel, data)


async def listed_wheel(name, file):
    project = await Indexes().project(name)
    listed = [*project.wheels, *project.yanked, *project.sources] if project else []
    found = next((each for each in listed if each.file == file), None)
    if found is None:
        raise Refused(f"the package index has no {file}")
    return found
