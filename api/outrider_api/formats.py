"""Which of the installed formats a file is of."""

from outrider_journeys.importing.registry import Importers


def detected(importers: Importers, content: str | bytes, file_name: str) -> str | None:
    """Return the name of the first format that recognises a file; ``None`` when none does."""
    text = content if isinstance(content, str) else content.decode(errors="replace")
    return next((name for name, importer in importers.items() if importer.recognises(text, file_name)), None)
