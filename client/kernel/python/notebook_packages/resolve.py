"""Chooses the versions to install, by pip's own resolver (resolvelib). It cannot await, so it starts again each time that
something it lacked was fetched."""

from dataclasses import dataclass, field

from notebook_bridge import show_progress
from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from resolvelib import AbstractProvider, BaseReporter, Resolver
from resolvelib.resolvers import ResolutionImpossible

from .errors import InstallError, Refused
from .installed import installed
from .wheels import distribution, fetch, known, together


@dataclass(frozen=True)
class Candidate:
    name: str
    version: str
    wheel: object  # None: it is installed
    extras: frozenset = frozenset()


class Lacking(Exception):
    """`what` must be fetched first: the name of a project, or a wheel."""

    def __init__(self, what):
        self.what = what


@dataclass(frozen=True)
class InstallOptions:
    upgrade: bool = False
    force: bool = False
    pre: bool = False
    deps: bool = True
    # By name: the versions allowed, and the SHA-256 of allowed files.
    constraints: dict = field(default_factory=dict)
    hashes: dict = field(default_factory=dict)


class Resolution(AbstractProvider):
    def __init__(self, requirements, indexes, options, direct):
        self.requirements = requirements
        self.indexes = indexes
        self.options = options
        self.direct = {content.wheel.name: content for content in direct}
        self.asked = {canonicalize_name(each.name) for each in requirements}
        self.installed = installed()
        self.projects = {}
        self.required_by = {}  # by name, the first requirement as text
        self.contents = {content.wheel: content for content in direct}
        self.refused = {}  # by wheel or name, why it cannot be fetched

    async def run(self):
        """The candidates by name; those with a wheel must be installed."""
        await together(*(self.look_ahead(each, set()) for each in self.requirements))
        while True:
            try:
                result = Resolver(self, BaseReporter()).resolve(self.requirements, max_rounds=20_000)
                return {candidate.name: candidate for candidate in result.mapping.values()}
            except Lacking as lacking:
                await self.get(lacking.what)
            except ResolutionImpossible as impossible:
                raise InstallError(self.conflict(impossible.causes)) from None

    async def get(self, what):
        if isinstance(what, str):
            try:
                self.projects[what] = await self.indexes.project(what)
            except Refused as refused:
                self.refused[what] = str(refused)
            return
        if what in self.contents or what in self.refused:
            return
        show_progress(f"downloading {what.file}")
        try:
            self.contents[what] = await fetch(what, self.indexes)
        except Refused as refused:
            if what.source != "distribution":
                raise InstallError(f"{what.name} {what.version}: {refused}") from None
            self.refused[what] = str(refused)  # another version may be available

    async def look_ahead(self, requirement, seen):
        """Fetches what will probably be chosen, and its dependencies, concurrently."""
        name = canonicalize_name(requirement.name)
        if name in seen:
            return
        seen.add(name)
        try:
            first = next(self.fitting(name, requirement.specifier), None)
        except Lacking:
            await self.get(name)
            if name in self.refused:
                return
            first = next(self.fitting(name, requirement.specifier), None)
        if first is None:
            return
        if first.wheel is not None:
            await self.get(first.wheel)
            if first.wheel in self.refused:
                return
        if self.options.deps:
            candidate = Candidate(name, first.version, first.wheel, frozenset(requirement.extras))
            await together(*(self.look_ahead(each, seen) for each in self.needs(candidate)))

    # For resolvelib.

    def identify(self, requirement_or_candidate):
        extras = ",".join(sorted(requirement_or_candidate.extras))
        name = canonicalize_name(requirement_or_candidate.name)
        return f"{name}[{extras}]" if extras else name

    def get_preference(self, identifier, resolutions, candidates, information, backtrack_causes):
        in_the_way = any(self.identify(cause.requirement) == identifier for cause in backtrack_causes)
        return not in_the_way, identifier

    def find_matches(self, identifier, requirements, incompatibilities):
        name, _, extras = identifier.rstrip("]").partition("[")
        wanted = list(requirements[identifier])
        specifier = self.options.constraints.get(name, SpecifierSet())
        for requirement in wanted:
            specifier &= requirement.specifier
        excluded = {candidate.version for candidate in incompatibilities[identifier]}

        def matches():
            # If there is no version at all, older versions of what requires it cannot help.
            if next(self.fitting(name, SpecifierSet()), None) is None:
                raise InstallError(self.why_none(name, self.required_by.get(name) or {name: specifier}))
            for each in self.fitting(name, specifier):
                if each.version not in excluded:
                    yield Candidate(name, each.version, each.wheel, frozenset(filter(None, extras.split(","))))

        return matches

    def is_satisfied_by(self, requirement, candidate):
        return requirement.specifier.contains(candidate.version, prereleases=True)

    def get_dependencies(self, candidate):
        if candidate.extras:
            # With extras it is still the same package.
            return [*self.needs(candidate), Requirement(f"{candidate.name}=={candidate.version}")]
        return self.needs(candidate) if self.options.deps else []

    def fitting(self, name, specifier):
        """Candidates, the best first. Raises Lacking if the index must be asked for more."""
        if (content := self.direct.get(name)) is not None:
            if specifier.contains(content.wheel.version, prereleases=True):
                yield Candidate(name, content.wheel.version, content.wheel)
            return
        asked = name in self.asked
        here = self.installed.get(name)
        if here is not None and not (asked and (self.options.upgrade or self.options.force)):
            if specifier.contains(here.version, prereleases=True):
                yield Candidate(name, here.version, None)
        upgrade = asked and self.options.upgrade
        wheels = [each for each in known(name) if each not in self.refused]
        if not upgrade:
            yield from self.those(wheels, specifier)
        if name not in self.projects:
            if name not in self.refused:
                raise Lacking(name)
            if not (upgrade and wheels):
                raise InstallError(self.refused[name])
        sources = []
        if (project := self.projects.get(name)) is not None:
            exact = any(each.operator in ("==", "===") for each in specifier)
            sources = project.sources if exact or not (wheels or project.wheels) else []
            wheels = [*wheels, *project.wheels, *(project.yanked if exact else [])]
        yield from self.those(sorted(wheels, key=lambda each: Version(each.version), reverse=True), specifier)
        yield from self.those(sources, specifier)

    def those(self, wheels, specifier):
        pre = True if self.options.pre else None
        fitting = set(specifier.filter([wheel.version for wheel in wheels], prereleases=pre))
        for wheel in wheels:
            hashes = self.options.hashes.get(wheel.name, (wheel.sha256,))
            if wheel.version in fitting and wheel not in self.refused and wheel.sha256 in hashes:
                yield Candidate(wheel.name, wheel.version, wheel)

    def needs(self, candidate):
        if candidate.wheel is None:
            lines = self.installed[candidate.name].requires or []
        else:
            if candidate.wheel not in self.contents:
                raise Lacking(candidate.wheel)
            content = self.contents[candidate.wheel]
            lines = content.metadata.get_all("Requires-Dist", [])
            if content.wheel.source == "distribution":
                lines = [*lines, *listed_needs(candidate.name)]
        needs = [need for need in map(parsed, lines) if need is not None and applies(need, candidate.extras)]
        for need in needs:
            text = f"{candidate.name} {candidate.version} requires {need.name}{need.specifier}"
            self.required_by.setdefault(canonicalize_name(need.name), {text: need.specifier})
        return needs

    def conflict(self, causes):
        """The message when no set of versions fits."""
        by_name, seen = {}, set()
        for cause in causes:
            name = canonicalize_name(cause.requirement.name)
            by = cause.parent.name if cause.parent else str(cause.requirement)
            if (name, by) not in seen:  # once, not for each version of the parent
                seen.add((name, by))
                by_name.setdefault(name, {})[text_of(cause)] = cause.requirement.specifier
        return "\n".join(self.why_none(name, required) for name, required in sorted(by_name.items()))

    def why_none(self, name, required):
        """`required`: specifiers by the text that names who requires them."""
        if (limit := self.options.constraints.get(name)) is not None:
            required = {**required, f"the constraint {name}{limit}": limit}
        wanted = ", ".join(required)
        whole = SpecifierSet()
        for specifier in required.values():
            whole &= specifier
        if name in self.options.hashes:
            return f"{wanted}: none of its wheels for this Python has one of the required hashes"
        if name in self.direct:
            return f"{wanted}; but {name} {self.direct[name].wheel.version} was given by its URL"
        project = self.projects.get(name)
        versions = project.versions if project else [Version(each.version) for each in known(name)]
        met = [[each for each in versions if one.contains(each, prereleases=True)] for one in required.values()]
        if len(required) > 1 and all(met):
            return f"These versions are in conflict: {wanted}"
        refused = [
            reason for wheel, reason in self.refused.items()
            if not isinstance(wheel, str) and wheel.name == name and whole.contains(wheel.version, prereleases=True)
        ]
        if project is None:
            reason = "; ".join(refused) or self.indexes.missing.get(name, f"there is no package {name}")
        elif refused and not project.wheels:
            reason = "; ".join([*refused, project.why_none(whole)])
        else:
            reason = project.why_none(whole)
        return f"{wanted}: {reason}"


def text_of(information):
    parent = information.parent
    by = f"{parent.name} {parent.version} requires " if parent else ""
    return f"{by}{information.requirement}"


def parsed(line):
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None  # an old form, which pip ignores too


def applies(need, extras):
    if need.marker is None:
        return True
    environment = default_environment()
    return any(need.marker.evaluate({**environment, "extra": extra}) for extra in (extras or [""]))


def listed_needs(name):
    """Dependencies that only the distribution's list has."""
    packages = distribution()
    return [each for each in packages[name]["depends"] if packages[each]["package_type"] == "package"]
