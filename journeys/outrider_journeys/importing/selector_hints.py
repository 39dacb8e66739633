"""What selectors tell about the elements that they find: which kind it is, and whether it is a field for a secret."""

import re
from collections.abc import Iterable

_LAST_TAG = re.compile(r"(?:^|[\s>+~/|])([a-zA-Z][a-zA-Z0-9-]*)(?:[^\s>+~/]|(?<=\\).)*$")
_IN_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_PASSWORD_FIELD = re.compile(r"""type\s*=\s*\\?["']?password""", re.IGNORECASE)
_LONGEST = 2000
_ROLE_OF_TAG = {
    "a": "link",
    "button": "button",
    "select": "combobox",
    "textarea": "textbox",
    "img": "img",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}


def tag_of(selector: str) -> str | None:
    """Return the element name that a CSS selector or XPath ends with, in lower case."""
    if len(selector) > _LONGEST:
        return None
    match = _LAST_TAG.search(_IN_BRACKETS.sub("", selector.removeprefix("css=").removeprefix("xpath=")).strip())
    return match[1].lower() if match else None


def tag_among(selectors: Iterable[str]) -> str | None:
    """Return the first element name that any of several selectors of the same element tells."""
    return next((tag for selector in selectors if (tag := tag_of(selector)) is not None), None)


def role_of_tag(tag: str | None) -> str | None:
    """Return the role that elements of this name usually have."""
    return _ROLE_OF_TAG.get(tag or "")


def is_password_field(selector: str) -> bool:
    """Whether a selector says that the element is a password field."""
    return _PASSWORD_FIELD.search(selector) is not None
