"""Numbers as pages show them."""

import re


def number_of(text: str) -> float | None:
    """Return the number in a text such as ``1,234.50 EUR``; ``None`` if there is none, or several.

    Of ``,`` and ``.`` the last one is the decimal mark if both occur. Neither is one when it occurs
    several times, and a ``,`` before three digits at the end groups them (``1,234``), as spaces and
    apostrophes do.
    """
    longest = 10_000
    number = r"[-+\u2212]?(?<![\d.,])\d+(?:[\s'\u2019]\d{3}(?!\d)|[.,]\d+)*|[-+\u2212]?(?<!\d)\.\d+"
    found = re.findall(number, text[:longest])
    if len(found) != 1 or len(text) > longest:
        return None
    digits = re.sub(r"[\s'\u2019]", "", found[0]).replace("\u2212", "-")
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return float(digits)
    whole, mark, rest = digits[:last], digits[last], digits[last + 1 :]
    groups = mark in whole or (mark == "," and "." not in whole and len(rest) == 3 and whole.lstrip("+-") != "0")
    return float(re.sub("[,.]", "", whole) + ("" if groups else ".") + rest)
