"""The pages that are written from the code, or that promise to cover it, do."""

import importlib.util
import re
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from outrider_engine.settings import Settings
from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import parse_journey


@pytest.fixture(scope="module")
def hooks_page(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hooks_page", root / "scripts" / "hooks_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hook_names(hooks_page: ModuleType) -> list[str]:
    modules = map(importlib.import_module, hooks_page.MODULES)
    return [hook.__name__ for module in modules for hook in hooks_page.hooks_of(module)]


def test_the_page_of_hooks_is_up_to_date(hooks_page: ModuleType) -> None:
    assert hooks_page.PAGE.read_text() == hooks_page.render(), "run `make hooks`"


def test_every_hook_has_a_test(hooks_page: ModuleType, sources_of_tests: list[Path]) -> None:
    written = "\n".join(path.read_text() for path in sources_of_tests)
    missing = [
        name
        for name in hook_names(hooks_page)
        if not re.search(rf"def test_{name.removeprefix('outrider_')}\w*\(", written)
    ]
    assert not missing


def test_every_setting_is_explained(root: Path) -> None:
    page = (root / "docs" / "operating.md").read_text()
    names = [f"OUTRIDER_{name.upper()}" for name in Settings.model_fields]
    assert not [name for name in names if f"`{name}`" not in page]


def test_no_setting_is_explained_that_does_not_exist(root: Path) -> None:
    page = (root / "docs" / "operating.md").read_text()
    known = {f"OUTRIDER_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"`(OUTRIDER_[A-Z_]+)`", page)) <= known


def test_links_between_pages_lead_somewhere(root: Path) -> None:
    pages = [root / "README.md", root / "CONTRIBUTING.md", *root.glob("docs/*.md"), *root.glob("plugins/*.md")]
    dead = [f"{page.relative_to(root)}: {link}" for page in pages for link in links_of(page) if not leads(page, link)]
    assert dead == []


def links_of(page: Path) -> list[str]:
    without_code = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    return re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", without_code)


def leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in anchors_of(target))


def anchors_of(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_listed_in_the_readme_or_on_the_page_about_imports(root: Path) -> None:
    lists = [root / "README.md", root / "docs" / "importing.md"]
    listed = {(page.parent / link.partition("#")[0]).resolve() for page in lists for link in links_of(page)}
    assert not [page.name for page in root.glob("docs/*.md") if page.resolve() not in listed]


@pytest.mark.parametrize("document", ["README.md", "docs/journeys.md"])
def test_the_journeys_on_the_pages_are_journeys(root: Path, document: str) -> None:
    actions = StepActions([("journeys", builtin_actions())])
    written = re.findall(r"^( *)```yaml\n(.*?)^ *```$", (root / document).read_text(), re.MULTILINE | re.DOTALL)
    texts = [textwrap.dedent(text) for _, text in written]
    journeys = [parse_journey(text, actions) for text in texts if re.search(r"^steps:", text, re.MULTILINE)]
    assert journeys
