"""The importers that come with Outrider."""

from .chrome_recorder.importer import ChromeRecorder
from .contract import Importer
from .outrider_format import OutriderFormat
from .playwright.jsonl import PlaywrightJsonl
from .playwright.python.importer import PlaywrightPython
from .selenium.importer import SeleniumIde


def builtin_importers() -> tuple[Importer, ...]:
    """Return one of each, in the order in which they are asked whether they recognise a text."""
    return (PlaywrightJsonl(), ChromeRecorder(), SeleniumIde(), PlaywrightPython(), OutriderFormat())
