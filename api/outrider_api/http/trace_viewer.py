"""Playwright's own trace viewer, as it ships inside of the package ``playwright``: files for a browser."""

import base64
import hashlib
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

PATH = "/trace-viewer"
_FOLDER = ("driver", "package", "lib", "vite", "traceViewer")
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_POLICY = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob: http: https:; font-src 'self' data: http: https:; media-src 'self' data: blob:; "
    "connect-src 'self' data: blob:; frame-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'self'"
)
"""The viewer talks to this server alone. What it shows of a page comes out of the trace: the viewer's service worker
answers for every address that a snapshot names, and gives snapshots a policy of their own, without scripts."""


def viewer_folder() -> Path | None:
    """Return where the viewer is; ``None`` when there is no Playwright, or it ships none. Nothing is imported."""
    spec = find_spec("playwright")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    folders = [Path(place, *_FOLDER) for place in places]
    return next((folder for folder in folders if (folder / "index.html").is_file()), None)


class TraceViewer(StaticFiles):
    """Serves the viewer with a policy that fits it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)
        inline = _INLINE.findall((folder / "index.html").read_bytes())
        digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in inline]
        self._policy = _POLICY.format(hashes="".join(f" 'sha256-{digest}'" for digest in digests))

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        """Return a file; the names of most tell their content, so that they may be kept for a while."""
        response = super().file_response(full_path, *args, **kwargs)
        is_fixed = not str(full_path).endswith((".html", "sw.bundle.js"))
        response.headers["Content-Security-Policy"] = self._policy
        response.headers["Cache-Control"] = "public, max-age=86400" if is_fixed else "no-cache"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
