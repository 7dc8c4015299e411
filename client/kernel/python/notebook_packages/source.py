"""Packages as sources, on GitHub or in an index: their archive comes through the relay, and their build backend (PEP 517)
makes a wheel of it in this Python, so nothing can be compiled."""

import io
import os
import re
import shutil
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from .errors import InstallError
from .wheels import Content, Wheel, ask

REPOSITORY = re.compile(r"/([\w-]+)/([\w.-]+?)(?:\.git)?/?(?:@(.+))?$")
ARCHIVE = re.compile(r"/([\w-]+)/([\w.-]+)/archive/(?:refs/(?:heads|tags)/)?(.+)\.(?:zip|tar\.gz)$")
WHERE = "sources must be on github.com, as in git+https://github.com/OWNER/NAME@REF; from elsewhere, give the URL of a wheel"


def is_source(url):
    return url.startswith("git+") or (urlsplit(url).hostname == "github.com" and ARCHIVE.match(urlsplit(url).path))


async def built(url):
    """A wheel built from the source at this URL."""
    parts = urlsplit(url.removeprefix("git+"))
    found = (ARCHIVE if not url.startswith("git+") else REPOSITORY).match(unquote(parts.path))
    if parts.scheme != "https" or parts.hostname not in ("github.com", "www.github.com") or not found:
        raise InstallError(f"{url} is not available: {WHERE}")
    owner, name, ref = found.groups()
    below = parse_qs(parts.fragment).get("subdirectory", [""])[0]
    data = await ask(f"/pypi/github/{owner}/{name}/{quote(ref or 'HEAD', safe='')}")
    content = await of_archive(data, "zip", url, ref or "", below)
    # The comment of GitHub's archives is their commit, which the notebook keeps because branches change.
    commit = zipfile.ZipFile(io.BytesIO(data)).comment.decode("ascii", "replace")
    address = f"git+https://github.com/{owner}/{name}@{commit if re.fullmatch('[0-9a-f]{40}', commit) else ref or 'HEAD'}"
    address += f"#subdirectory={below}" if below else ""
    return Content(replace(content.wheel, path=address, source="git"), content.data)


async def content_of(wheel, data):
    """The wheel, or the one built from a source archive."""
    if not wheel.file.endswith(".tar.gz"):
        return Content(wheel, data)
    content = await of_archive(data, "gztar", wheel.file)
    source = "sdist" if wheel.source == "index" else wheel.source
    return Content(replace(content.wheel, path=wheel.path, source=source), content.data)


async def of_archive(data, form, name, ref=None, below=""):
    with tempfile.TemporaryDirectory() as folder:
        archive, tree = Path(folder, "archive"), Path(folder, "tree")
        archive.write_bytes(data)
        try:
            shutil.unpack_archive(archive, tree, form)
        except (shutil.ReadError, OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            raise InstallError(f"{name}: the download is not an archive ({error})") from None
        for path in tree.rglob("*"):
            os.utime(path)  # as pip does: a zip cannot have times before 1980
        root = next(tree.iterdir(), tree) / below
        if not (root / "pyproject.toml").is_file() and not (root / "setup.py").is_file():
            raise InstallError(f"{name} is not a Python package: it has neither pyproject.toml nor setup.py")
        path = await wheel_of(root, name, ref)
        _, version, _, _ = parse_wheel_filename(path.name)
        content = Content(Wheel("", str(version), path.name, None, "", ""), path.read_bytes())
    return Content(replace(content.wheel, name=canonicalize_name(content.metadata["Name"])), content.data)


async def wheel_of(root, url, ref):
    about = {}
    if (root / "pyproject.toml").is_file():
        about = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("build-system", {})
    await bring(about.get("requires", ["setuptools"]))
    module, _, attribute = about.get("build-backend", "setuptools.build_meta:__legacy__").partition(":")
    said = io.StringIO()
    before = sys.argv[:], sys.path[:], dict(os.environ)
    try:
        if ref is not None:  # some backends ask git for the version, which an archive lacks
            os.environ["SETUPTOOLS_SCM_PRETEND_VERSION"] = version_in(ref)
        sys.path[:0] = [str(root / path) for path in about.get("backend-path", [])]
        with chdir(root), redirect_stdout(said), redirect_stderr(said):
            backend = import_module(module)
            for name in filter(None, attribute.split(".")):
                backend = getattr(backend, name)
            await bring(getattr(backend, "get_requires_for_build_wheel", list)())
            out = root.parent / "built wheel"
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            path = out / backend.build_wheel(str(out))
    except (Exception, SystemExit) as error:
        last = said.getvalue().strip().splitlines()[-5:]
        problem = "\n".join([f"{url} could not be built here, where nothing can be compiled: {error}", *last])
        raise InstallError(problem) from None
    finally:
        sys.argv[:], sys.path[:], environment = before
        os.environ.clear()
        os.environ.update(environment)
        # The next source's modules may have the same names.
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(f"{root}/"):
                del sys.modules[name]
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
