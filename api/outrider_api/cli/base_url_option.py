"""The option ``--base-url``: what is no address of a site is refused before anything is done."""

from typing import Any

import typer

from outrider_engine.domain.environments import BASE_URL_FORM, is_base_url
from outrider_engine.errors import InvalidInput


def base_url_option(help: str) -> Any:
    """Return the option; its value may name variables, as ``https://{{HOST}}``."""
    return typer.Option(metavar="URL", help=help, callback=_checked)


def _checked(given: str | None) -> str | None:
    if given is not None and not is_base_url(given, may_name_variables=True):
        raise InvalidInput(f"{given!r} {BASE_URL_FORM}, as https://shop.example does", field="--base-url")
    return given
