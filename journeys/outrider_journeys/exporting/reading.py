"""What is read from elements and pages, as Python expressions."""

from .expressions import called, literal

_ELEMENT_SCRIPTS = {
    "property": "(element, name) => {{ const value = element[{name}];"
    " return typeof value === 'string' ? value : JSON.stringify(value) ?? 'null' }}",
    "css": "element => getComputedStyle(element).getPropertyValue({name})",
}
_SELECTED = "select => [...select.selectedOptions].map(each => each.label.trim()).join(', ')"


def of_element(element: str, source: str, name: str | None = None) -> str | None:
    """Return the expression for what an element holds; ``None`` where there is none.

    Args:
        element: the expression for the element.
        source: ``text``, ``value``, ``attribute``, ``property``, ``css``, ``selected``, ``html`` or ``count``.
        name: of the attribute or property.
    """
    if source == "attribute":
        return called(f"{element}.get_attribute", literal(name))
    if source in _ELEMENT_SCRIPTS:
        return called(f"{element}.evaluate", literal(_ELEMENT_SCRIPTS[source].format(name=literal(name))))
    return {
        "text": f"{element}.inner_text()",
        "value": f"{element}.input_value()",
        "html": f"{element}.inner_html()",
        "selected": called(f"{element}.evaluate", literal(_SELECTED)),
        "count": f"str({element}.count())",
    }.get(source)


def of_page(page: str, source: str) -> str | None:
    """Return the expression for the address, title or text of a page; ``None`` for anything else."""
    return {
        "url": f"{page}.url",
        "title": f"{page}.title()",
        "text": f'{page}.locator(":root").inner_text()',
    }.get(source)
