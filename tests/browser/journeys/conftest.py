"""A browser, a small site on loopback, and a way to walk steps on it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pydantic import BaseModel

from outrider_engine.domain.observations import StepResult
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.actions.custom import CustomSteps
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkOptions, WalkResult, walk
from outrider_journeys.plugin import outrider_register_step_actions
from tests.site.mirror_site import MirrorSite, mirror_site

FORM = """<!doctype html><title>Sign up</title>
<h1>Sign   up</h1>
<p id=log></p>
<form onsubmit="document.querySelector('#log').textContent = 'sent ' + new FormData(this).get('mail'); return false">
<label>E-mail <input name=mail value=old></label>
<label>Password <input name=password type=password></label>
<label>Token <input name=token></label>
<label>Country <select name=country><option value=de>Germany<option value=is>Iceland</select></label>
<label><input type=checkbox name=terms> I agree</label>
<label>Photo <input type=file name=photo onchange="this.files[0].text().then(t => this.dataset.content = t)"></label>
<button>Send</button>
<button disabled>Delete</button>
<input placeholder=Search readonly value=kettle>
</form>
<div id=zone>zone</div>
<img alt="A kettle" title=Kettle src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<ul><li>one<li>two<li>three</ul>
<a href="/thanks">Go on</a>
<iframe id=pay srcdoc="<label>Card <input></label><button>Pay</button>"></iframe>
<script>
setTimeout(() => { const p = document.createElement('p'); p.textContent = 'Ready: order 4711'; p.id = 'late';
  p.dataset.testid = 'order'; document.body.append(p) }, 150);
const zone = document.querySelector('#zone');
zone.onmouseover = () => { zone.dataset.seen = 'yes' };
zone.onclick = () => { zone.textContent = 'once' };
zone.ondblclick = () => { zone.textContent = 'twice' };
addEventListener('keydown', e => { document.body.dataset.key = e.key });
</script>"""

CAUSES = """<!doctype html><title>Causes</title>
<a href=/thanks>Go</a> <a href=/thanks target=_blank>Open</a> <a href=/report.csv download=report.csv>Save</a>
<button onclick="this.textContent = confirm('Sure?') ? 'Yes' : 'No'">Ask</button>
<button onclick="fetch('/article')">Fetch</button>
<button onclick="this.dataset.clicks = 1 + Number(this.dataset.clicks || 0)">Count</button>
<p id=flaky></p>
<select multiple aria-label=Colours><option value=r>Red<option value=g selected>Green<option value=b>Blue</select>
<div id=pad tabindex=0 style="width:100px;height:40px;border:1px solid"></div>
<div id=drop style="width:100px;height:40px;border:1px solid">Drop</div><b draggable=true>Kettle</b>
<div id=box style="width:80px;height:40px;overflow:scroll"><div style="width:500px;height:900px"></div></div>
<div style="height:3000px"></div><footer>End</footer>
<script>
let clicks = 0;
const pad = document.querySelector('#pad'), drop = document.querySelector('#drop'), told = [];
for (const type of ['mousedown', 'mouseup', 'keydown', 'keyup', 'focus', 'blur', 'touchstart', 'click'])
  pad.addEventListener(type, e => { told.push(type + (e.key || (type.startsWith('mouse') ? e.button : '')));
    pad.dataset.told = told.join(' ') });
drop.ondragover = e => e.preventDefault();
drop.ondrop = e => { e.preventDefault(); drop.textContent = 'Dropped' };
document.querySelectorAll('button')[2].addEventListener('click', () => {
  clicks += 1; if (clicks == 3) document.querySelector('#flaky').textContent = 'third' });
</script>"""

JUDGED = """<!doctype html><title>Judged</title>
<style>.price { color: rgb(255, 0, 0) } #low { margin-top: 3000px }
#box { position: absolute; left: 10px; top: 20px; width: 100px; height: 50px }</style>
<h1>Cart</h1><ul><li class=price>10 EUR<li class=price>20.50 EUR<li class=price style="color: blue">0 EUR</ul>
<div id=box>box</div><select id=one><option>Germany<option selected>Iceland</select>
<select id=two multiple><option selected>a<option selected>b</select>
<input id=field value=x><input type=checkbox checked><button disabled>Buy</button><p id=low data-n=7>low</p>
<a href=/report.csv download=report.csv>Save</a>
<script>
window.cart = {total: 30.5, items: ['a', 'b']};
console.warn('careful'); console.error('broken 42');
setTimeout(() => fetch('/api/cart', {method: 'GET'}), 50);
localStorage.setItem('basket', 'B-7'); sessionStorage.setItem('tab', 'T-1'); document.cookie = 'visit=V-3';
setTimeout(() => { window.late = true; document.querySelector('#field').focus() }, 100);
</script>"""

TOOLS = """<!doctype html><title>Tools</title>
<a href=/thanks target=_blank>Receipt</a>
<button onclick="this.textContent = confirm('Really delete?') ? 'Deleted' : 'Kept'">Delete</button>
<a href="data:text/csv,a" download=report.csv>Export</a>
<label>Colour <select><option value=r>Red<option value=g>Green</select></label>
<div><input type=checkbox id=terms> <label for=terms>I agree</label></div>
<label>Photo <input type=file></label>
<iframe id=pay srcdoc="<label>Card code <input autocomplete=cc-csc></label>"></iframe>
<form action=/thanks><label>Voucher <input type=password name=voucher></label></form>"""

SECRETS = r"""<!doctype html><title>Secrets</title>
<style>body > * { display: block; width: 300px; height: 24px; margin: 4px; font: 12px monospace }
#before::before { content: "key " attr(data-key) } #after::after { content: "t0p-s3cr3t/\22 quoted\22 " }</style>
<input id=value readonly><textarea id=area></textarea><select id=choice></select><input id=hint>
<div id=before></div><div id=after></div><div id=split><b>t0p-</b>s3cr3t/"quoted"</div>
<div id=raw>t0p-s3cr3t/"quoted"</div>
<div id=json>{"key": "t0p-s3cr3t\/\"quoted\""}</div><div id=percent>?key=t0p-s3cr3t%2F%22quoted%22</div>
<div id=base64>Basic dXNlcjp0MHAtczNjcjN0LyJxdW90ZWQi</div><div id=host></div>
<iframe id=framed srcdoc="<input id=within readonly style='position: fixed; inset: 0; width: 300px'>"></iframe>
<input id=plain readonly value=plain><select id=other><option>One<option>Two</select><div id=text>nothing here</div>
<script>
const secret = 't0p-s3cr3t/"quoted"', by = id => document.querySelector('#' + id);
by('value').value = by('area').value = secret;
by('hint').placeholder = by('before').dataset.key = document.documentElement.dataset.key = secret;
by('choice').add(new Option(secret, '1', true, true));
by('host').attachShadow({mode: 'open'}).innerHTML = '<input style="width: 290px">';
by('host').shadowRoot.firstChild.value = secret;
by('framed').onload = () => { by('framed').contentDocument.querySelector('input').value = secret };
if (location.search) for (let at = 0; at < 2; at++) setInterval(() => document.body.prepend(new Option('moving')), 1);
</script>"""

PAGES = {
    "/": "<!doctype html><title>Home</title><form action=/results><input type=search name=q aria-label=Search></form>",
    "/results": "<!doctype html><a data-testid=result href=/article>Red kettle</a> <a href=/form>Blue kettle</a>",
    "/article": """<!doctype html><b data-testid=price>24.50 EUR</b><p data-testid=cart-total>0.00</p>
<button onclick="document.querySelector('p').textContent = 'Sum: 24.50'">Add to cart</button>
<i>Delivered tomorrow</i>""",
    "/login": """<!doctype html><form action=/account><label>E-mail <input></label>
<label>Password <input type=password></label><button>Sign in</button></form>""",
    "/account": "<!doctype html><h1>Welcome back</h1>",
    "/form": FORM,
    "/tools": TOOLS,
    "/thanks": "<!doctype html><title>Thanks</title><p>Thank you, <b>Ada</b></p>",
    "/causes": CAUSES,
    "/report.csv": "a,b",
    "/judged": JUDGED,
    "/api/cart": '{"id": "C-9", "items": [{"price": 10.5}, {"price": 20}], "note": null, "paid": false}',
    "/looping": "<!doctype html><p>Before</p><script>setTimeout(() => { while (true); }, 50)</script>",
    "/stuck-frame": """<!doctype html><p>Around</p><iframe></iframe>
<script>document.querySelector('iframe').src = `http://127.0.0.1:${location.port}/looping`</script>""",
    "/secrets": SECRETS,
    "/echo-secret": "<!doctype html><p id=shown>token is tops3cret</p><input value=plain>",
}

SHELL = "/usr/bin/chromium-headless-shell"


class HastyClock:
    """A time that only passes by being looked at, four tenths of a second each time: for waits that are in vain.

    They end after a few looks then, however slow the machine is.
    """

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        self._seconds += 0.4
        return self._seconds


class RealClock:
    """The time of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        status = int(path.removeprefix("/status/")) if path.startswith("/status/") else 200 if path in PAGES else 404
        if path == "/favicon.ico":
            status = 204
        body = PAGES.get(path, f"<h1>{status}</h1>").encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if path == "/status/403":
            self.send_header("X-Outrider-Proxy", "egress-denied")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def mirror() -> Iterator[MirrorSite]:
    with mirror_site() as site:
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for a module: while Playwright is started, its event loop counts as running for every other test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=SHELL, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(accept_downloads=True)
    yield context.new_page()
    context.close()


class Greeting(BaseModel):
    whom: str


class Greet:
    """A custom step with a model."""

    name = "greet"
    model = Greeting

    def run(self, parameters: Greeting, scope: StepScope) -> None:
        scope.set_variable("GREETING", f"Hello {parameters.whom} on {scope.page_title()}")


@pytest.fixture(scope="session")
def actions() -> StepActions:
    return StepActions([("journeys", outrider_register_step_actions())], CustomSteps([("test", [Greet()])]))


@pytest.fixture
def hasty() -> HastyClock:
    return HastyClock()


Walk = Callable[..., WalkResult]


@pytest.fixture
def walked(blank: Page, site: str, actions: StepActions, tmp_path: Path) -> Walk:
    """Walk steps; options of the journey by their names, of the walk as ``walk_…``, ``within`` seconds."""

    def walk_steps(
        *steps: dict[str, Any], within: float = 20, told: list[StepResult] | None = None, **given: Any
    ) -> WalkResult:
        of_walk = {key.removeprefix("walk_"): given.pop(key) for key in list(given) if key.startswith("walk_")}
        journey = actions.parse({"base_url": site, "defaults": {"timeout": 2}, "steps": list(steps), **given})
        clock = of_walk.pop("clock", None) or RealClock()
        options = WalkOptions(
            actions=actions,
            clock=clock,
            deadline=clock.monotonic() + within,
            folder=tmp_path,
            **{"on_step": [].append if told is None else told.append, **of_walk},
        )
        return walk(journey, blank, options)

    return walk_steps
