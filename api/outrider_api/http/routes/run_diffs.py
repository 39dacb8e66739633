"""What a run did otherwise than the last good one before it."""

from typing import Any

from pydantic import BaseModel, Field

from outrider_api.http.answers import Answer
from outrider_api.http.documented import ERRORS
from outrider_api.http.routing import Routes
from outrider_api.http.security import RunReader, require_of
from outrider_api.http.services import Ask
from outrider_engine.domain.identity import Permission

router = Routes(prefix="/api/v1/runs", tags=["Runs"], responses=ERRORS)


class RunDiffOut(BaseModel):
    """What is different between a run and the last good one of the same check at the same place."""

    version: int
    run_id: str
    good_run_id: str
    broken_step: str | None = Field(description="Id of the step at which the run stopped.")
    steps: list[dict[str, Any]] = Field(description="Steps that ended otherwise, are new, or took much longer.")
    page: dict[str, Any] = Field(description="Where both ended: `url`, `good_url`, and whether they are the `same`.")
    requests: dict[str, Any] | None = Field(
        description="Requests by method and address: `added`, `removed`, `changed` (other answers), `slower`. What the "
        "good run asked for after the broken step is not missing. `null` when one of the runs kept no `network.json`."
    )
    console: dict[str, Any] = Field(description="Messages of pages that were `added` or `removed`.")
    aria: list[str] | None = Field(
        description="The page on which both ended, line by line (`-` good, `+` now); `null` when not the same."
    )


@router.get("/{id}/diff", operation_id="diffRun")
def diff_run(id: str, key: RunReader, services: Ask) -> Answer[RunDiffOut]:
    """Compare a run with the last good one before it; 404 when there is none."""
    require_of(key, Permission.READ, services.history.get(key.organization_id, id).run.family)
    return Answer(data=RunDiffOut.model_validate(services.run_diffs.of(key.organization_id, id)))
