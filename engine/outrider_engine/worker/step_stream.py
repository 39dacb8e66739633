"""Steps of runs that are going on, stored for those who watch: a few at a time, beside the runs."""

import queue
import threading
import time

import structlog

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.runs import Claim
from outrider_engine.errors import StorageError
from outrider_engine.services.claiming import Claims

log = structlog.get_logger(__name__)

GATHER_S = 0.5
"""How long steps are gathered: who watches hardly sees it, and a transaction for each would cost more than the step."""


class StepStream:
    """Stores steps in the background. What is lost here is stored again with the outcome of the run."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._waiting: queue.Queue[tuple[Claim, StepResult] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._serve, name="step-stream", daemon=True)

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def put(self, claim: Claim, step: StepResult) -> None:
        """Hand over a step that has ended; returns at once."""
        self._waiting.put((claim, step))

    def stop(self) -> None:
        """Store no more."""
        self._waiting.put(None)
        self._thread.join()

    def _serve(self) -> None:
        while (first := self._waiting.get()) is not None:
            time.sleep(GATHER_S)
            steps, last = [first], False
            while not self._waiting.empty():
                following = self._waiting.get_nowait()
                if following is None:
                    last = True
                    break
                steps.append(following)
            self._store(steps)
            if last:
                return

    def _store(self, steps: list[tuple[Claim, StepResult]]) -> None:
        try:
            self._claims.add_steps(steps)
        except StorageError as error:
            log.warning("steps not shown, the database is away", steps=len(steps), error=str(error))
        except Exception:
            log.exception("steps not shown")
