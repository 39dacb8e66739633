"""The packages that a suite needs: looked for and never installed, for what a server runs is its operator's choice."""

import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict

from .commands import PACKAGES


def unmet(requirements: Iterable[str], folder: str | None) -> Observation | None:
    """Return that packages are missing, or have the wrong version; ``None`` when all are there.

    Args:
        requirements: as in a requirements file (``faker>=30``).
        folder: the operator's folder of packages for suites.
    """
    asked = [Requirement(text) for text in requirements]
    missing = [told for each in asked if (told := _told(each, folder)) is not None]
    if not missing:
        return None
    advice = f"the operator can install it into the folder of {PACKAGES}, or beside Outrider"
    problem = f"the suite needs {', '.join(missing)}; {advice}"
    return Observation(duration_ms=0.0, failure=Failure(Verdict.ERROR, Reason.INVALID_DEFINITION, problem))


def _told(requirement: Requirement, folder: str | None) -> str | None:
    if requirement.marker is not None and not requirement.marker.evaluate():
        return None
    found = _installed(requirement.name, folder)
    if found is None:
        return f"{requirement.name}, which is not installed"
    if not requirement.specifier.contains(found.version, prereleases=True):
        return f"{requirement.name}{requirement.specifier}, and {found.version} is installed"
    return None


def _installed(name: str, folder: str | None) -> Distribution | None:
    wanted = canonicalize_name(name)
    path = [*([folder] if folder else []), *sys.path]
    return next((each for each in distributions(path=path) if canonicalize_name(each.name) == wanted), None)
