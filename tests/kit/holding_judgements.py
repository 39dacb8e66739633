"""What assert and extract find on the page ``/judged``, to be walked and to be exported."""

from typing import Any

OPEN = {"action": "goto", "url": "/judged"}
ANSWER = {"url": "**/api/cart"}
CART = {"action": "wait_for", "response": {"url": "**/api/cart", "status": 200, "as": "cart"}}
OF_CART = {"source": "response", "response": "cart"}

PASSING: dict[str, dict[str, Any]] = {
    "a property": {"locator": "#low", "property": {"name": "id", "equals": "low"}},
    "a property that is a number": {"locator": "#one", "property": {"name": "selectedIndex", "at_least": 1}},
    "a property that is no text": {"locator": "#field", "property": {"name": "disabled", "equals": "false"}},
    "a style": {"locator": {"css": "li", "nth": 0}, "css": {"name": "color", "equals": "rgb(255, 0, 0)"}},
    "the chosen option": {"locator": "#one", "selected": {"equals": "Iceland"}},
    "several chosen options": {"locator": "#two", "selected": {"equals": "a, b"}},
    "a box": {
        "locator": "#box",
        "box": {"x": 10, "y": 20, "width": {"at_least": 100}, "height": {"between": [49, 51]}},
    },
    "the focus": {"locator": "#field", "state": "focused"},
    "no focus": {"locator": "h1", "state": "unfocused"},
    "in view": {"locator": "h1", "state": "in_viewport"},
    "out of view": {"locator": "#low", "state": "out_of_viewport"},
    "a chosen option": {"locator": {"css": "#one option", "nth": 1}, "state": "selected"},
    "an option that is not chosen": {"locator": {"css": "#one option", "nth": 0}, "state": "unselected"},
    "attached": {"locator": "#low", "state": "attached"},
    "detached": {"locator": "#never", "state": "detached"},
    "every text": {"locator": ".price", "each": "every", "text": {"ends_with": "EUR", "at_least": 0}},
    "any style": {"locator": ".price", "each": "any", "css": {"name": "color", "equals": "rgb(0, 0, 255)"}},
    "none of them": {"locator": ".price", "each": "none", "text": "USD"},
    "every state": {"locator": ".price", "each": "every", "state": "visible"},
    "any state": {"locator": "input", "each": "any", "state": "checked"},
    "none of nothing": {"locator": "#never", "each": "none", "state": "visible"},
    "the first": {"locator": ".price", "each": "first", "text": "10 EUR"},
    "a count that is not great": {"locator": ".price", "count": {"less_than": "{{FOUR}}"}},
    "roles of the page": {"aria": '- heading "Cart" [level=1]\n- list:\n  - listitem: 10 EUR'},
    "roles of an element": {"locator": "ul", "aria": {"contains": "listitem: {{PRICE}}"}},
    "an expression": {"expression": {"script": "window.late"}},
    "an expression that is a number": {"expression": {"script": "cart.total", "between": [30, 31]}},
    "an expression about an element": {"locator": "#low", "expression": {"script": "e => e.dataset.n", "equals": "7"}},
    "a variable": {"variable": {"name": "PRICE", "starts_with": "20", "ignore_case": True}},
    "a variable that is set": {"variable": {"name": "PRICE"}},
    "a variable that is not set": {"variable": {"name": "OTHER", "exists": False}},
    "an answer": {"response": {**ANSWER, "method": "GET", "status": 200, "time_ms": {"at_most": 5000}}},
    "a body": {"response": {**ANSWER, "body": '"id": "C-9"', "size": {"between": [50, 200]}}},
    "a header": {"response": {**ANSWER, "header": {"name": "Content-Type", "contains": "utf-8"}}},
    "a header that is there": {"response": {**ANSWER, "header": {"name": "content-length"}}},
    "a value in JSON": {"response": {**ANSWER, "json_path": {"path": "$.id", "equals": "C-9"}}},
    "a number in JSON": {"response": {**ANSWER, "json_path": {"path": "$.items[0].price", "greater_than": 10}}},
    "a length in JSON": {"response": {**ANSWER, "json_path": {"path": "$.items.length", "equals": "2"}}},
    "several values in JSON": {
        "response": {**ANSWER, "json_path": {"path": "$.items[*].price", "each": "every", "at_least": 10}}
    },
    "nothing in JSON": {"response": {**ANSWER, "json_path": {"path": "$.gone", "exists": False}}},
    "a schema": {
        "response": {**ANSWER, "json_schema": {"required": ["id"], "properties": {"paid": {"type": "boolean"}}}}
    },
    "a line of the console": {"console": {"level": "error", "matches": "broken", "at_least": 1, "at_most": 1}},
    "no such line": {"console": {"level": "any", "matches": "exploded"}},
    "requests": {"requests": {"url": "**/api/*", "method": "GET", "status": 200, "count": 1}},
    "requests that there are": {"requests": {"resource_type": "document"}},
    "no failed request": {"requests": {"failed": True, "count": 0}},
    "few bytes": {"requests": {"total_bytes": {"between": [1000, 10_000]}, "third_party_hosts": 0}},
}

TAKEN: dict[str, tuple[dict[str, Any], str]] = {
    "html": ({"source": "html", "locator": "h1"}, "Cart"),
    "a property": ({"source": "property", "locator": "#one", "key": "selectedIndex"}, "1"),
    "a style": ({"source": "css", "locator": "#box", "key": "width"}, "100px"),
    "a script": ({"source": "script", "script": "cart.items"}, '["a", "b"]'),
    "a script about an element": ({"source": "script", "script": "e => e.dataset.n", "locator": "#low"}, "7"),
    "a body": ({**OF_CART, "pattern": '"id": "([^"]+)"'}, "C-9"),
    "a value in JSON": ({**OF_CART, "part": "json_path", "path": "$.items[1].price"}, "20"),
    "a part of JSON": ({**OF_CART, "part": "json_path", "path": "$.items[0]"}, '{"price": 10.5}'),
    "a header of an answer": ({**OF_CART, "part": "header", "key": "Content-Type"}, "text/html; charset=utf-8"),
    "a status": ({**OF_CART, "part": "status"}, "200"),
    "a header": ({"source": "header", "key": "Content-Type", "pattern": "charset=(.*)"}, "utf-8"),
    "a cookie": ({"source": "cookie", "key": "{{WHICH}}"}, "V-3"),
    "local storage": ({"source": "storage", "key": "basket"}, "B-7"),
    "session storage": ({"source": "storage", "area": "session", "key": "tab"}, "T-1"),
    "a line of the console": ({"source": "console", "pattern": r"broken (\d+)"}, "42"),
    "a download": ({"source": "download"}, "report.csv"),
    "a download's size": ({"source": "download", "part": "size", "download": "report"}, "3"),
    "a download's text": ({"source": "download", "part": "text"}, "a,b"),
}
