"""The packages of strangers: built and installed in an environment of their own, and one server that runs there."""

import shutil
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from strangers import Api, Environment, Greeter, Running, run, served

EXAMPLES = Path(__file__).parents[3] / "plugins" / "examples"
NAMES = ("outrider-banner", "outrider-sampler")
DENIED = "127.0.0.2"
PIP_INSTALL = ("-m", "pip", "--disable-pip-version-check", "--quiet", "--no-cache-dir", "install")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A new environment that sees what this one has installed; the packages are built without any network."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (own,) = folder.glob("lib/python*/site-packages")
    (own / "parent.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    sources = {name: tmp_path_factory.mktemp("sources") / name for name in NAMES}
    for name, source in sources.items():
        shutil.copytree(EXAMPLES / name, source, ignore=shutil.ignore_patterns("__pycache__", "build", "dist"))
    python = folder / "bin" / "python"
    run(python, *PIP_INSTALL, "--no-index", "--no-build-isolation", *map(str, sources.values()))
    return Environment(python, sources)


@pytest.fixture(scope="module")
def running(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    told = tmp_path_factory.mktemp("told") / "runs.csv"
    settings = {"OUTRIDER_SAMPLER_CSV": str(told), "OUTRIDER_EGRESS_DENY": DENIED}
    with served(environment.python, tmp_path_factory.mktemp("data"), **settings) as api:
        yield Running(api, told, DENIED)


@pytest.fixture
def api(running: Running) -> Api:
    return running.api


@pytest.fixture
def greeter() -> Iterator[Greeter]:
    service = Greeter()
    yield service
    service.close()
