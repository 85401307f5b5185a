"""The stop of a search that a job runs: it ends when the job is asked to."""

from supplyhub.jobs import registry
from supplyhub.planning import stop


class AskedToStop:
    """Ends a search when the job is to stop."""

    def __init__(self, progress: registry.ProgressLike) -> None:
        self._progress = progress

    def share(self, _effort: stop.Effort, /) -> float:
        """Return 1 once the job is to stop, 0 before."""
        return float(self._progress.is_cancelled)

    def iterations_left(self, _effort: stop.Effort, /) -> int | None:
        """Return None: any number."""
        return None
