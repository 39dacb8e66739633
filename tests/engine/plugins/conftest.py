import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Install distributions of one module each: ``install("name", "source", entry point="module")``."""
    modules: list[str] = []

    def installed(distribution: str, source: str, group: str = "outrider", **points: str) -> None:
        module = distribution.replace("-", "_")
        modules.append(module)
        (tmp_path / f"{module}.py").write_text(source)
        about = tmp_path / f"{module}-1.2.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        written = points or {distribution: module}
        lines = [f"[{group}]", *(f"{name} = {value}" for name, value in written.items())]
        (about / "entry_points.txt").write_text("\n".join(lines) + "\n")
        importlib.invalidate_caches()

    sys.path.insert(0, str(tmp_path))
    yield installed
    sys.path.remove(str(tmp_path))
    for module in modules:
        sys.modules.pop(module, None)
    importlib.invalidate_caches()
