"""Packages that are sources on GitHub: their archive comes through the relay, and a wheel is built of it here, by the
build backend that they name (PEP 517). It runs in this Python, so that only what compiles nothing can be built."""

import io
import os
import re
import shutil
import sys
import tempfile
import tomllib
import zipfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from .errors import InstallError
from .wheels import Content, Wheel, ask

REPOSITORY = re.compile(r"/([\w-]+)/([\w.-]+?)(?:\.git)?/?(?:@(.+))?$")
ARCHIVE = re.compile(r"/([\w-]+)/([\w.-]+)/archive/(?:refs/(?:heads|tags)/)?(.+)\.(?:zip|tar\.gz)$")
WHERE = "sources can be had from github.com, as in git+https://github.com/OWNER/NAME@REF; elsewhere a wheel's URL is needed"


def is_source(url):
    return url.startswith("git+") or (urlsplit(url).hostname == "github.com" and ARCHIVE.match(urlsplit(url).path))


async def built(url):
    """A wheel of what stands at the address."""
    parts = urlsplit(url.removeprefix("git+"))
    found = (ARCHIVE if not url.startswith("git+") else REPOSITORY).match(unquote(parts.path))
    if parts.scheme != "https" or parts.hostname not in ("github.com", "www.github.com") or not found:
        raise InstallError(f"{url} is not available: {WHERE}")
    owner, name, ref = found.groups()
    below = parse_qs(parts.fragment).get("subdirectory", [""])[0]
    data = await ask(f"/pypi/github/{owner}/{name}/{quote(ref or 'HEAD', safe='')}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(folder)
                commit = archive.comment.decode("ascii", "replace")
        except zipfile.BadZipFile as error:
            raise InstallError(f"{url}: what came is no archive ({error})") from None
        root = next(Path(folder).iterdir(), Path(folder)) / below
        if not (root / "pyproject.toml").is_file() and not (root / "setup.py").is_file():
            raise InstallError(f"{url} is not a Python package: it has neither pyproject.toml nor setup.py")
        path = await wheel_of(root, url, ref or "")
        _, version, _, _ = parse_wheel_filename(path.name)
        # GitHub's archives have their commit as comment: the notebook keeps that, as branches go on.
        exact = f"git+https://github.com/{owner}/{name}@{commit if re.fullmatch('[0-9a-f]{40}', commit) else ref or 'HEAD'}"
        address = exact + (f"#subdirectory={below}" if below else "")
        content = Content(Wheel("", str(version), path.name, None, address, "git"), path.read_bytes())
    project = content.metadata["Name"]
    from .wheels import canonical

    return Content(Wheel(canonical(project), str(version), path.name, None, address, "git"), content.data)


async def wheel_of(root, url, ref):
    about = {}
    if (root / "pyproject.toml").is_file():
        about = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("build-system", {})
    await bring(about.get("requires", ["setuptools"]))
    module, _, attribute = about.get("build-backend", "setuptools.build_meta:__legacy__").partition(":")
    said = io.StringIO()
    before = sys.argv[:], sys.path[:], dict(os.environ)
    try:
        # What asks git for the version, of which there is none in an archive.
        os.environ["SETUPTOOLS_SCM_PRETEND_VERSION"] = version_in(ref)
        sys.path[:0] = [str(root / path) for path in about.get("backend-path", [])]
        with chdir(root), redirect_stdout(said), redirect_stderr(said):
            backend = import_module(module)
            for name in filter(None, attribute.split(".")):
                backend = getattr(backend, name)
            await bring(getattr(backend, "get_requires_for_build_wheel", list)())
            out = root.parent / "wheel"
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            path = out / backend.build_wheel(str(out))
    except (Exception, SystemExit) as error:
        last = said.getvalue().strip().splitlines()[-5:]
        told = "\n".join([f"{url} could not be built here, where nothing can be compiled: {error}", *last])
        raise InstallError(told) from None
    finally:
        sys.argv[:], sys.path[:], environment = before
        os.environ.clear()
        os.environ.update(environment)
    if not path.name.endswith("-none-any.whl"):
        raise InstallError(f"{url} is not pure Python: {path.name}")
    return path


async def bring(requirements):
    from .index import Indexes
    from .install import install

    if requirements:
        await install([Requirement(each) for each in requirements], Indexes(), keep=False)


def version_in(ref):
    found = re.search(r"\d+(?:\.\d+)+(?:(?:a|b|rc)\d+)?$", ref)
    return found[0] if found else "0.0.0"
