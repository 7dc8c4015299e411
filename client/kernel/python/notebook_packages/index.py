"""The files of a project in a package index, and which of them fit this Python."""

import functools
import json
import re
from urllib.parse import urldefrag, urljoin

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import sys_tags
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from .errors import Refused
from .wheels import Wheel, ask, ask_elsewhere, this_python


class Project:
    """`wheels`: for this Python, the newest first. `yanked` and `sources` are used if an exact version is required, sources
    also if there is nothing else. A project with compiled wheels has no usable sources."""

    def __init__(self, name, files, versions, address):
        self.name = name
        self.files = [(*found[1:], file) for file in files if (found := named(file["filename"])) is not None]
        has_wheel = {version for version, tags, _ in self.files if tags}
        is_compiled = any(tag.platform != "any" for _, tags, _ in self.files for tag in tags)
        fitting = {}
        for version, tags, file in self.files:
            rank = min((ranks()[tag] for tag in tags if tag in ranks()), default=None if version in has_wheel else 0)
            if rank is None or is_compiled and not tags or not takes_this_python(file):
                continue
            place = (bool(file.get("yanked")), version)
            if place not in fitting or rank < fitting[place][0]:
                sha256 = file.get("hashes", {}).get("sha256")
                fitting[place] = (rank, Wheel(name, str(version), file["filename"], sha256, *address(file)))
        self.wheels, self.yanked, self.sources = [], [], []
        for (yanked, version), (_, wheel) in sorted(fitting.items(), key=lambda each: each[0][1], reverse=True):
            (self.yanked if yanked else self.wheels if version in has_wheel else self.sources).append(wheel)
        self.versions = sorted({Version(each) for each in versions if is_version(each)} | {each[0] for each in self.files})

    def why_none(self, specifier):
        """The reason why none of its files can be used."""
        fitting = [version for version in self.versions if specifier.contains(version, prereleases=True)]
        if not fitting:
            newest = ", ".join(map(str, self.versions[-5:])) or "none"
            return f"there is no version {specifier} of {self.name}; the newest are {newest}"
        there = [(wheel_tags, file) for version, wheel_tags, file in self.files if version in fitting]
        ours = [file for wheel_tags, file in there if not wheel_tags or any(tag in ranks() for tag in wheel_tags)]
        pythons = {file.get("requires-python") for file in ours if not takes_this_python(file)}
        tags = {tag for wheel_tags, _ in there for tag in wheel_tags if tag not in ranks()}
        problem = f"{self.name} {fitting[-1]} has no wheel for {this_python()}"
        if pythons:
            return f"{problem}: it requires Python {' or '.join(sorted(filter(None, pythons)))}"
        if not tags:
            return f"{problem}, and no wheel at all: it would have to be built from source"
        browsers = sorted({f"{tag.interpreter}-{tag.platform}" for tag in tags if tag.platform.endswith("wasm32")})
        if browsers:
            return f"{problem}; it is compiled for other browser versions of Python: {', '.join(browsers)}"
        platforms = sorted({re.split(r"[_\d]", tag.platform)[0] for tag in tags} - {"any"})
        return f"{problem}; it is compiled, and only for {', '.join(platforms)}"


def named(filename):
    """The project, the version and the tags in a file's name, without tags for sources; None if it is neither."""
    try:
        if filename.endswith(".tar.gz"):
            return *parse_sdist_filename(filename), frozenset()
        name, version, _, tags = parse_wheel_filename(filename)
        return name, version, tags
    except (InvalidSdistFilename, InvalidWheelFilename, InvalidVersion):
        return None


@functools.cache
def ranks():
    return {tag: rank for rank, tag in enumerate(sys_tags())}


def is_version(text):
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def takes_this_python(file):
    import platform

    try:
        return SpecifierSet(file.get("requires-python") or "").contains(platform.python_version(), prereleases=True)
    except InvalidSpecifier:
        return True


class Indexes:
    """The relay's index, or those named in a pip command."""

    def __init__(self, elsewhere=()):
        self.elsewhere = elsewhere
        self.projects = {}
        self.missing = {}  # messages of the index, by name

    async def project(self, name):
        """None if no index has it; raises Refused if one does not answer."""
        if name not in self.projects:
            self.projects[name] = await self.look(name)
        return self.projects[name]

    async def same_version(self, wheel):
        """The index's wheels of the version of this one."""
        project = await self.project(wheel.name)
        version = Version(wheel.version)
        return [each for each in project.wheels if Version(each.version) == version] if project else []

    async def look(self, name):
        for base in self.elsewhere:
            address = f"{base.rstrip('/')}/{name}/"
            try:
                text = (await ask_elsewhere(address)).decode()
            except Refused as refused:
                if refused.missing:
                    continue
                raise
            return Project(name, *listed(text), lambda file, address=address: (urljoin(address, file["url"]), "url"))
        if self.elsewhere:
            return None
        try:
            text = (await ask(f"/pypi/simple/{name}/")).decode()
        except Refused as refused:
            if refused.missing:
                self.missing[name] = str(refused)
                return None
            raise
        return Project(
            name, *listed(text), lambda file: (f"/pypi/files/{file['hashes']['sha256']}/{file['filename']}", "index")
        )


def listed(text):
    """Files and versions, from JSON (PEP 691) or the older HTML."""
    if text.lstrip().startswith("{"):
        page = json.loads(text)
        return page["files"], page.get("versions", [])
    files = []
    for link, named in re.findall(r'<a\s[^>]*?href="([^"]+)"[^>]*>\s*([^<]+?)\s*</a>', text):
        url, fragment = urldefrag(link)
        digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None
        files.append({"filename": named, "url": url, "hashes": {"sha256": digest} if digest else {}})
    return files, []
