"""``extract`` and ``set_variable`` as Python."""

from typing import TYPE_CHECKING

from .expressions import called, literal
from .reading import of_element, of_page
from .recorded import RecordsWriter
from .scripts import script

if TYPE_CHECKING:
    from outrider_journeys.actions.extracting import ExtractStep, SetVariableStep

    from .code import CodeWriter


def write_extract(step: "ExtractStep", code: "CodeWriter") -> None:
    """Write what is taken, once it is there and the pattern fits."""
    pattern = code.pattern(step.pattern) if step.pattern else None
    held = "found is not None" + (f" and {pattern}.search(found)" if pattern else "")
    what = f"the {step.part or step.source}"
    found = RecordsWriter(code, code.milliseconds(step)).awaited(_source(step, code), what, held)
    taken = called(code.helper("taken"), found, *([pattern] if pattern else []))
    code.line(f"values[{literal(step.variable)}] = {taken}")


def write_variable(step: "SetVariableStep", code: "CodeWriter") -> None:
    """Write the value of a variable."""
    code.line(f"values[{literal(step.variable)}] = {code.text(step.value)}")


def _source(step: "ExtractStep", code: "CodeWriter") -> str:
    """Return the expression for the text, or ``None`` where there is none."""
    if step.source in ("response", "header"):
        return _of_answer(step, code)
    if step.source == "download":
        return _of_download(step, code)
    if step.source in ("script", "storage"):
        return _of_script(step, code)
    if step.source == "cookie":
        cookies = f"{code.page}.context.cookies({code.page}.url)"
        return f'next((each["value"] for each in {cookies} if each["name"] == {code.text(step.key or "")}), None)'
    if step.source == "console":
        printed = f"{code.helper('printed')}({code.recorded('console')}, {code.recorded('weberror')})"
        matching = f" if {code.pattern(step.pattern)}.search(text)" if step.pattern else ""
        return f"next((text for _, text in reversed({printed}){matching}), None)"
    element = code.element(step) if step.ways else ""
    name = step.attribute or step.key
    return (of_element(element, step.source, name) if element else of_page(code.page, step.source)) or "None"


def _of_script(step: "ExtractStep", code: "CodeWriter") -> str:
    if step.source == "storage":
        reads = literal(f"key => {step.area or 'local'}Storage.getItem(key)")
        return called(f"{code.page}.evaluate", reads, code.text(step.key or ""))
    target, names = (code.element(step), "element, argument") if step.ways else (code.page, "argument")
    return f"{code.helper('as_text')}({target}.evaluate({script(step.script or '', code, names=names)}))"


def _of_answer(step: "ExtractStep", code: "CodeWriter") -> str:
    key = code.text(step.key or "")
    if step.response is None:
        is_document = f'each.request.resource_type == "document" and each.url == {code.page}.url'
        answers = f"reversed({code.recorded('response')})"
        return f"next((each.headers.get({key}.lower()) for each in {answers} if {is_document}), None)"
    answer = f"{code.store('responses')}[{literal(step.response)}]"
    if step.source == "header" or step.part == "header":
        return f"{answer}.headers.get({key}.lower())"
    if step.part == "status":
        return f"str({answer}.status)"
    if step.part == "json_path":
        code.needs("import jsonpath")
        found = called("jsonpath.findall", code.text(step.path or ""), f"{answer}.json()")
        return f"{code.helper('as_text')}(next(iter({found}), None))"
    return f"{answer}.text()"


def _of_download(step: "ExtractStep", code: "CodeWriter") -> str:
    named = f"{code.store('downloads')}[{literal(step.download)}]" if step.download is not None else ""
    file = named or f"{code.recorded('download')}[-1]"
    if step.part == "size":
        return f"str({file}.path().stat().st_size)"
    if step.part == "text":
        return f'{file}.path().read_text("utf-8", errors="replace")'
    return f"{file}.suggested_filename"
