"""How ``jira`` delivers: an issue is made once for each alert, found again by its label, and told of recovery."""

import base64
import json
from typing import Any

from outrider_engine.contracts import Delivery, Facts, NotifyContext, clipped, facts_of, post_json, rendered, send
from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.ports.http import HttpExchange

from .settings import JiraSettings

LONGEST_SUMMARY, LONGEST_TEXT = 255, 20_000
_API = "/rest/api/3"


class JiraNotifier:
    """Makes issues in Jira and closes them."""

    kind = "jira"
    title = "Jira"
    settings = JiraSettings

    async def deliver(self, message: Message, settings: JiraSettings, context: NotifyContext) -> Delivery:
        """Make an issue, or tell the one that is there; doing so twice makes no second issue.

        Raises:
            NotifyError: Jira did not do it.
        """
        facts = facts_of(message, public_url=context.public_url, visibility=settings.visibility)
        site = _Site(settings, context)
        label = f"outrider-{facts.alert_id or message.id}"
        issue = await site.find(label)
        if message.event is AlertEvent.RESOLVED:
            return Delivery(status_code=await site.close(issue, facts) if issue is not None else None)
        if issue is not None:
            return Delivery(status_code=200)
        return Delivery(status_code=await site.create(facts, label))


class _Site:
    """Jira's REST API, as far as we need it."""

    def __init__(self, settings: JiraSettings, context: NotifyContext) -> None:
        self._settings = settings
        self._context = context
        token = settings.api_token.get_secret_value()
        if settings.email is not None:
            pair = base64.b64encode(f"{settings.email}:{token}".encode()).decode()
            self._headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}
        else:
            self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    async def find(self, label: str) -> dict[str, Any] | None:
        """Return the issue that has a label."""
        jql = f'project = "{self._settings.project}" AND labels = "{label}"'
        exchange = await self._post("/search/jql", {"jql": jql, "fields": ["status"], "maxResults": 1})
        issues = _json(exchange).get("issues")
        return issues[0] if isinstance(issues, list) and issues and isinstance(issues[0], dict) else None

    async def create(self, facts: Facts, label: str) -> int | None:
        """Make an issue."""
        settings = self._settings
        fields = {
            **settings.fields,
            "project": {"key": settings.project},
            "issuetype": {"name": settings.issue_type},
            "summary": clipped(" ".join(facts.title.split()), LONGEST_SUMMARY),
            "description": _document(_text(facts, settings.template)),
            "labels": [*settings.labels, label],
        }
        return (await self._post("/issue", {"fields": fields})).status

    async def close(self, issue: dict[str, Any], facts: Facts) -> int | None:
        """Write that an alert is over into its issue, after the transition that was wished for."""
        path = f"/issue/{issue['key']}"
        if self._settings.transition is not None:
            await self._move(path, issue, self._settings.transition)
        return (await self._post(f"{path}/comment", {"body": _document(facts.text or facts.title)})).status

    async def _move(self, path: str, issue: dict[str, Any], wished: str) -> None:
        if _named(_part(issue, "fields").get("status"), wished):
            return
        offered = _json(await self._get(f"{path}/transitions")).get("transitions")
        for transition in offered if isinstance(offered, list) else []:
            if _named(transition, wished) or _named(_part(transition, "to"), wished):
                await self._post(f"{path}/transitions", {"transition": {"id": str(transition.get("id"))}})
                return
        raise NotifyError(f"Jira offers no transition {wished!r} for the issue", permanent=True)

    async def _post(self, path: str, body: dict[str, Any]) -> HttpExchange:
        return await post_json(self._context, self._url(path), body, headers=self._headers)

    async def _get(self, path: str) -> HttpExchange:
        return await send(self._context, self._url(path), None, headers=self._headers, method="GET")

    def _url(self, path: str) -> str:
        return f"{self._settings.site.rstrip('/')}{_API}{path}"


def _text(facts: Facts, template: str | None) -> str:
    if template is not None:
        return rendered(template, facts.values()).strip() or facts.title
    lines = [facts.text, *(f"{name}: {value}" for name, value in facts.listed().items())]
    lines += [f"Error: {facts.error}"] if facts.error else []
    lines += [f"{name}: {url}" for name, url in (("Run", facts.run_url), ("Check", facts.page_url)) if url]
    return "\n".join(line for line in lines if line)


def _document(text: str) -> dict[str, Any]:
    """Return a text as Atlassian's document format, where it is no markup and mentions nobody."""
    lines = [line for line in clipped(text, LONGEST_TEXT).splitlines() if line.strip()]
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": paragraphs or [{"type": "paragraph", "content": []}]}


def _json(exchange: HttpExchange) -> dict[str, Any]:
    try:
        body = json.loads(exchange.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NotifyError("what answered is no Jira: its answer is not a JSON object", permanent=False)
    return body


def _named(part: object, wished: str) -> bool:
    return isinstance(part, dict) and str(part.get("name", "")).lower() == wished.lower()


def _part(whole: object, name: str) -> dict[str, Any]:
    part = whole.get(name) if isinstance(whole, dict) else None
    return part if isinstance(part, dict) else {}
