"""When the files of a journey are kept."""

from typing import Any, ClassVar, Literal

from pydantic import model_validator

from outrider_engine.domain.artifact_policies import KINDS, POLICIES, by_kind_of

from .strict_model import ShortenableModel

PolicyWord = Literal["always", "on_failure", "never"]


class ArtifactChoices(ShortenableModel):
    """When files are kept, by kind: `always`, `on_failure` (which means: unless the run passed) or `never`.

    A bare word stands for the kinds that cost little (screenshots, console, network, vitals, aria), `never` for all.
    """

    bare_schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(POLICIES)}

    screenshots: PolicyWord | None = None
    """Pictures of the page: after steps that do not hold, and at the end. Default: `always`."""
    trace: PolicyWord | None = None
    """What Playwright's trace viewer shows: each action with the page before and after it. Default: `on_failure`."""
    video: PolicyWord | None = None
    """A film of each page (WebM). Needs ffmpeg; never kept of a journey that uses secrets. Default: `never`."""
    har: PolicyWord | None = None
    """All requests with their answers, bodies included. Default: `never`."""
    console: PolicyWord | None = None
    """What pages print and throw. Default: `always`."""
    network: PolicyWord | None = None
    """Requests with their timings, and whom they went to. Default: `always`."""
    vitals: PolicyWord | None = None
    """How quick and steady pages were for a visitor (LCP, CLS, INP, TTFB, FCP). Default: `always`."""
    aria: PolicyWord | None = None
    """The last page as assistive technology finds it, for comparing runs. Default: `always`."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        if isinstance(data, str) and data not in POLICIES:
            raise ValueError(f"must be {', '.join(POLICIES)}, or an object with some of {', '.join(KINDS)}")
        return by_kind_of(data) if isinstance(data, str) else data
