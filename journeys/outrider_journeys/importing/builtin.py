"""The importers that come with Outrider."""

from .chrome_recorder.importer import ChromeRecorder
from .contract import Importer
from .har.importer import HttpArchive
from .outrider_format import OutriderFormat
from .playwright.jsonl import PlaywrightJsonl
from .playwright.python.importer import PlaywrightPython
from .postman.importer import PostmanCollection
from .selenium.importer import SeleniumIde


def builtin_importers() -> tuple[Importer, ...]:
    """Return one of each, in the order in which they are asked whether they recognise a text."""
    recordings = (PlaywrightJsonl(), ChromeRecorder(), SeleniumIde(), PlaywrightPython())
    return (*recordings, HttpArchive(), PostmanCollection(), OutriderFormat())
