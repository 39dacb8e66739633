"""Steps for every built-in action, each of which holds on the pages of tests/browser/journeys/conftest.py."""

from typing import Any

OPEN = {"action": "goto", "url": "/form"}
EMAIL = {"label": "E-mail"}
ZONE = {"css": "#zone"}

CAUSES = {"action": "goto", "url": "/causes"}
ASK = {"action": "click", "locator": {"css": "button", "nth": 0}}
COLOURS = {"label": "Colours"}


def told(events: str) -> dict[str, Any]:
    return {"action": "assert", "locator": "#pad", "attribute": {"name": "data-told", "equals": events}}


def so(expression: str) -> dict[str, Any]:
    """A step that fails unless an expression comes to be true in the page."""
    stop = {"action": "stop", "verdict": "failed", "message": expression}
    return {"action": "if", "condition": {"expression": expression, "within": 1}, "then": [], "else": [stop]}


HOLDING: dict[str, tuple[dict[str, Any], ...]] = {
    "goto": ({"action": "goto", "url": "/"}, {"action": "assert", "title": "Home"}),
    "reload": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "x"},
        {"action": "reload"},
        {"action": "assert", "locator": EMAIL, "value": {"equals": "old"}},
    ),
    "back": (
        {"action": "goto", "url": "/"},
        OPEN,
        {"action": "back"},
        {"action": "assert", "title": {"equals": "Home"}},
    ),
    "forward": (
        {"action": "goto", "url": "/"},
        OPEN,
        {"action": "back"},
        {"action": "forward"},
        {"action": "assert", "title": "Sign up"},
    ),
    "click": (
        OPEN,
        {"action": "click", "locator": ZONE},
        {"action": "assert", "locator": ZONE, "text": {"equals": "once"}},
    ),
    "click with a point and a key": (
        OPEN,
        {"action": "click", "locator": ZONE, "position": {"x": 2, "y": 2}, "modifiers": ["Shift"]},
        {"action": "expect_text", "text": "once"},
    ),
    "double_click": (OPEN, {"action": "double_click", "locator": ZONE}, {"action": "expect_text", "text": "twice"}),
    "hover": (
        OPEN,
        {"action": "hover", "locator": ZONE},
        {"action": "assert", "locator": ZONE, "attribute": {"name": "data-seen", "equals": "yes"}},
    ),
    "fill": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "{{WHO}}@example.com"},
        {"action": "click", "locator": {"role": "button", "name": "Send"}},
        {"action": "expect_text", "text": "sent ada@example.com"},
    ),
    "type": (
        OPEN,
        {"action": "type", "locator": {"label": "Token"}, "text": "ab", "delay_ms": 1},
        {"action": "assert", "locator": {"label": "Token"}, "value": {"equals": "ab"}},
    ),
    "press on an element": (
        OPEN,
        {"action": "press", "locator": EMAIL, "key": "Control+A"},
        {"action": "press", "locator": EMAIL, "key": "Backspace"},
        {"action": "assert", "locator": EMAIL, "value": {"equals": ""}},
    ),
    "press where the focus is": (
        OPEN,
        {"action": "press", "key": "Escape"},
        {"action": "assert", "locator": "body", "attribute": {"name": "data-key", "equals": "Escape"}},
    ),
    "select_option by label": (
        OPEN,
        {"action": "select_option", "locator": {"label": "Country"}, "label": "Iceland"},
        {"action": "assert", "locator": {"label": "Country"}, "value": {"equals": "is"}},
    ),
    "select_option by value": (
        OPEN,
        {"action": "select_option", "locator": {"label": "Country"}, "value": "is"},
        {"action": "assert", "locator": {"label": "Country"}, "value": {"equals": "is"}},
    ),
    "select_option by index": (
        OPEN,
        {"action": "select_option", "locator": {"label": "Country"}, "index": 1},
        {"action": "assert", "locator": {"label": "Country"}, "value": {"equals": "is"}},
    ),
    "check and uncheck": (
        OPEN,
        {"action": "check", "locator": {"label": "I agree"}},
        {"action": "assert", "locator": {"label": "I agree"}, "state": "checked"},
        {"action": "uncheck", "locator": {"label": "I agree"}},
        {"action": "assert", "locator": {"label": "I agree"}, "state": "unchecked"},
    ),
    "upload": (
        OPEN,
        {"action": "upload", "locator": {"label": "Photo"}, "files": [{"name": "a.txt", "text": "hello {{WHO}}"}]},
        {
            "action": "assert",
            "locator": {"label": "Photo"},
            "attribute": {"name": "data-content", "equals": "hello ada"},
        },
    ),
    "wait_for an element": (OPEN, {"action": "wait_for", "locator": "#late"}),
    "wait_for an element to go": (OPEN, {"action": "wait_for", "locator": "#never", "state": "hidden"}),
    "wait_for an address": (
        OPEN,
        {"action": "click", "locator": {"role": "link", "name": "Go on"}},
        {"action": "wait_for", "url": {"ends_with": "/thanks"}},
    ),
    "wait_for a load state": (OPEN, {"action": "wait_for", "load": "networkidle"}),
    "wait_for a while": (OPEN, {"action": "wait_for", "seconds": 0.05}),
    "extract with a pattern": (
        OPEN,
        {"action": "extract", "variable": "ORDER", "locator": {"test_id": "order"}, "pattern": r"order (\d+)"},
        {"action": "assert", "locator": "#late", "text": {"ends_with": "{{ORDER}}"}},
    ),
    "set_variable": (
        {"action": "set_variable", "variable": "PATH", "value": "/{{WHERE}}"},
        {"action": "goto", "url": "{{PATH}}"},
        {"action": "assert", "url": {"ends_with": "/thanks"}},
    ),
    "assert on the page": (
        {"action": "goto", "url": "/thanks"},
        {
            "action": "assert",
            "title": {"equals": "Thanks"},
            "url": {"matches": r"/thanks$"},
            "text": {"contains": "thank you, ADA", "ignore_case": True},
        },
    ),
    "assert states": (
        OPEN,
        {"action": "assert", "locator": {"role": "button", "name": "Send"}, "state": "enabled"},
        {"action": "assert", "locator": {"role": "button", "name": "Delete"}, "state": "disabled"},
        {"action": "assert", "locator": {"placeholder": "Search"}, "state": "readonly"},
        {"action": "assert", "locator": EMAIL, "state": "editable"},
        {"action": "assert", "locator": {"alt": "A kettle"}},
        {"action": "assert", "locator": "#never", "state": "hidden"},
    ),
    "assert a count": (
        OPEN,
        {"action": "assert", "locator": "li", "count": 3},
        {"action": "assert", "locator": "li", "count": {"at_least": 2}},
    ),
    "assert white space does not matter": (
        OPEN,
        {"action": "assert", "locator": {"role": "heading", "level": 1}, "text": {"equals": "Sign up"}},
    ),
    "every kind of locator": (
        OPEN,
        {"action": "assert", "locator": {"title": "Kettle", "exact": True}},
        {"action": "assert", "locator": "//ul/li[2]", "text": {"equals": "two"}},
        {"action": "assert", "locator": {"css": "li", "nth": -1}, "text": {"equals": "three"}},
        {"action": "assert", "locator": {"css": "li", "has_text": "two"}},
        {"action": "assert", "locator": {"text": "one", "exact": True}},
        {"action": "click", "locator": {"role": "button", "name": "Pay", "frame": ["#pay"]}},
        {"action": "fill", "locator": {"label": "Card", "frame": [{"css": "iframe"}]}, "value": "42"},
    ),
    "evaluate": (
        OPEN,
        {"action": "evaluate", "script": "document.title = 'Changed'"},
        {"action": "evaluate", "script": "(e, n) => e.tagName + n", "locator": "h1", "argument": 2, "variable": "X"},
        {"action": "assert", "title": "Changed"},
        {"action": "assert", "variable": {"name": "X", "equals": "H12"}},
    ),
    "mark and measure": (
        {"action": "mark", "mark": "begin"},
        {"action": "wait_for", "seconds": 0.02},
        {"action": "measure", "measure": "Pause", "at_most_ms": 1900, "variable": "MS"},
        {"action": "mark", "mark": "end"},
        {"action": "measure", "measure": "Both", "from": "begin", "to": "end"},
        {"action": "assert", "variable": {"name": "MS", "at_least": 20}},
    ),
    "web_vitals": (OPEN, {"action": "web_vitals", "at_most": {"lcp_ms": 5000, "fcp_ms": 5000, "ttfb_ms": 5000}}),
    "note": ({"action": "note", "text": "for {{WHO}}"},),
    "screenshot": (OPEN, {"action": "screenshot", "file": "form"}, {"action": "screenshot", "locator": ZONE}),
    "group": (
        OPEN,
        {
            "action": "group",
            "steps": [
                {"action": "click", "locator": ZONE},
                {"action": "group", "steps": [{"action": "expect_text", "text": "once"}]},
            ],
        },
    ),
    "if": (
        OPEN,
        {
            "action": "if",
            "condition": {
                "all": [
                    {"visible": {"role": "button", "name": "Send"}},
                    {"hidden": "#never"},
                    {"url": {"ends_with": "/form"}},
                    {"title": "Sign"},
                    {"text": {"contains": "zone"}},
                    {"expression": "document.images.length == 1"},
                    {"any": [{"variable": "WHO", "equals": "eve"}, {"variable": "WHO", "equals": "ada"}]},
                    {"not": {"variable": "NOBODY", "exists": True}},
                ]
            },
            "then": [{"action": "click", "locator": ZONE}],
            "else": [{"action": "expect_text", "text": "never"}],
        },
        {
            "action": "if",
            "condition": {"visible": "#late", "within": 2},
            "then": [],
            "else": [{"action": "expect_text", "text": "never"}],
        },
        {"action": "expect_text", "text": "once"},
    ),
    "for_each": (
        OPEN,
        {"action": "set_variable", "variable": "LIST", "value": '["one", "two"]'},
        {
            "action": "for_each",
            "items": "{{LIST}}",
            "steps": [{"action": "assert", "locator": "li:nth-child({{item_number}})", "text": {"equals": "{{item}}"}}],
        },
        {
            "action": "for_each",
            "locator": "li",
            "as": "entry",
            "steps": [{"action": "assert", "locator": {"text": "{{entry}}", "exact": True}}],
        },
        {"action": "for_each", "items": [], "steps": [{"action": "expect_text", "text": "never"}]},
    ),
    "times": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": ""},
        {
            "action": "times",
            "count": "{{THRICE}}",
            "steps": [
                {"action": "type", "locator": EMAIL, "text": "x"},
                {"action": "break", "when": {"variable": "NOBODY", "exists": True}},
            ],
        },
        {"action": "assert", "locator": EMAIL, "value": {"equals": "xxx"}},
    ),
    "while": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "o"},
        {
            "action": "while",
            "condition": {"expression": "document.querySelector('[name=mail]').value.length < 3"},
            "steps": [{"action": "type", "locator": EMAIL, "text": "o"}],
        },
        {"action": "assert", "locator": EMAIL, "value": {"equals": "ooo"}},
    ),
    "open_page, use_page and close_page": (
        {"action": "goto", "url": "/"},
        {"action": "open_page", "as": "form", "url": "/form"},
        {"action": "assert", "title": {"equals": "Sign up"}},
        {"action": "open_page", "as": "blank"},
        {"action": "close_page"},
        {"action": "assert", "title": {"equals": "Sign up"}},
        {"action": "use_page", "page": "main"},
        {"action": "assert", "title": {"equals": "Home"}},
        {"action": "use_page", "url": {"ends_with": "/form"}},
        {"action": "assert", "title": {"equals": "Sign up"}},
        {"action": "use_page", "index": 0},
        {"action": "close_page", "page": "form"},
        {"action": "assert", "title": {"equals": "Home"}},
    ),
    "handle_dialogs": (
        CAUSES,
        {"action": "handle_dialogs", "answer": "accept", "message": "Sure", "times": 1},
        {"action": "click", "locator": {"role": "button", "name": "Ask"}},
        {"action": "assert", "locator": {"css": "button", "nth": 0}, "text": {"equals": "Yes"}},
        {"action": "click", "locator": {"role": "button", "name": "Yes"}},
        {"action": "assert", "locator": {"css": "button", "nth": 0}, "text": {"equals": "No"}},
        {"action": "assert", "dialog": {"message": {"starts_with": "Sure"}, "kind": "confirm"}},
        {"action": "handle_dialogs", "answer": "accept"},
        {**ASK, "expects": [{"dialog": {"answer": "dismiss", "message": "Sure"}}]},
        ASK,
        {"action": "assert", "locator": {"css": "button", "nth": 0}, "text": {"equals": "Yes"}},
        {"action": "assert", "dialog": {"message": {"equals": "Sure?"}}},
    ),
    "a look": (
        OPEN,
        {"action": "wait_for", "locator": "#late"},
        {"action": "assert", "visual": {"name": "form", "masks": ["#late"], "full_page": True}},
        {"action": "evaluate", "script": "document.querySelector('#late').textContent = 'Something else'"},
        {"action": "assert", "visual": {"name": "form", "masks": ["#late"], "full_page": True, "threshold_percent": 0}},
        {"action": "assert", "locator": "h1", "visual": {"name": "heading"}},
    ),
    "a loop that is left from within tries": (
        CAUSES,
        {
            "action": "times",
            "count": 5,
            "steps": [
                {"action": "click", "locator": {"role": "button", "name": "Count"}},
                {
                    "action": "group",
                    "retries": 1,
                    "steps": [
                        {
                            "action": "if",
                            "condition": {"text": "third"},
                            "then": [{"action": "group", "retries": 1, "steps": [{"action": "break"}]}],
                        }
                    ],
                },
            ],
        },
        {
            "action": "assert",
            "locator": {"css": "button", "nth": 2},
            "attribute": {"name": "data-clicks", "equals": "3"},
        },
    ),
    "click several times, by script and by force": (
        CAUSES,
        {"action": "click", "locator": {"role": "button", "name": "Count"}, "count": 2, "delay_ms": 1},
        {"action": "click", "locator": {"role": "button", "name": "Count"}, "by_script": True, "button": "right"},
        {"action": "expect_text", "text": "third"},
        {"action": "click", "locator": {"role": "button", "name": "Count"}, "force": True},
    ),
    "the mouse by itself": (
        CAUSES,
        {"action": "mouse_move", "locator": "#pad", "position": {"x": 5, "y": 5}},
        {"action": "mouse_down"},
        {"action": "mouse_up"},
        {"action": "mouse_move", "locator": "#pad"},
        {"action": "mouse_move", "x": 1, "y": 1},
        {"action": "mouse_down", "button": "right"},
        {"action": "mouse_up", "button": "right"},
        told("mousedown0 focus mouseup0 click blur"),
    ),
    "keys and focus": (
        CAUSES,
        {"action": "focus", "locator": "#pad"},
        {"action": "key_down", "key": "Shift"},
        {"action": "key_up", "key": "Shift"},
        {"action": "press", "key": "a", "delay_ms": 1},
        {"action": "blur", "locator": "#pad"},
        told("focus keydownShift keyupShift keydowna keyupa blur"),
    ),
    "drag": (
        CAUSES,
        {
            "action": "drag",
            "locator": {"text": "Kettle"},
            "to": ["#drop"],
            "to_position": {"x": 9, "y": 9},
            "timeout": 4,
        },
        {"action": "expect_text", "text": "Dropped"},
    ),
    "scroll": (
        CAUSES,
        {"action": "scroll", "locator": {"role": "contentinfo"}},
        so("window.scrollY > 1000"),
        {"action": "scroll", "y": 100},
        {"action": "scroll", "by": {"y": -40}},
        so("window.scrollY == 60"),
        {"action": "scroll", "locator": "#box", "x": 30, "y": 200},
        {"action": "scroll", "locator": "#box", "by": {"x": 10}},
        so("document.querySelector('#box').scrollLeft == 40"),
        so("document.querySelector('#box').scrollTop == 200"),
    ),
    "clear": (
        OPEN,
        {"action": "clear", "locator": EMAIL},
        {"action": "assert", "locator": EMAIL, "value": {"equals": ""}},
    ),
    "select_option of several": (
        CAUSES,
        {"action": "select_option", "locator": COLOURS, "value": ["r"], "add": True},
        {"action": "select_option", "locator": COLOURS, "label": "Green", "remove": True},
        {"action": "select_option", "locator": COLOURS, "index": [2], "add": True},
        so("[...document.querySelector('select').selectedOptions].map(o => o.value).join() == 'r,b'"),
    ),
    "goto with a referer": (
        {"action": "goto", "url": "/form", "referer": "/thanks"},
        so("document.referrer.endsWith('/thanks')"),
    ),
    "a condition that holds": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "new", "when": {"variable": "WHO", "equals": "ada"}},
        {"action": "assert", "locator": EMAIL, "value": {"equals": "new"}},
    ),
}
