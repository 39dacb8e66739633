"""Every hook, through the facade: in which order plugins are asked and told, with what, and what may be answered."""

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from billing_shop import BillingShop

from outrider_engine.adapters.told_hooks import ToldHooks
from outrider_engine.contracts import Extensions
from outrider_engine.domain.alerts import Alert
from outrider_engine.domain.checks import QUEUE_BROWSER, QUEUE_LIGHT, Check, Lane
from outrider_engine.domain.incidents import Incident, IncidentState
from outrider_engine.domain.runs import Outcome
from outrider_engine.errors import PluginError
from outrider_engine.hookspecs import hookimpl
from outrider_engine.plugin_manager import Plugins, load_plugins
from outrider_engine.testing import (
    OfferingPlugin,
    RecordingNotifier,
    ScriptedCheckType,
    sample_alert,
    sample_check,
    sample_incident,
    sample_outcome,
)


class Answering:
    """A plugin that answers both register hooks with what it is given."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    @hookimpl
    def outrider_register_check_types(self) -> Any:
        return self._answer() if callable(self._answer) else self._answer


class Listener:
    """A plugin that is told everything."""

    def __init__(self, name: str, heard: list[tuple[object, ...]]) -> None:
        self._name = name
        self._heard = heard

    @hookimpl
    def outrider_run_finished(self, check: Check, run_id: str, location: str, outcome: Outcome) -> None:
        self._heard.append((self._name, check.id, run_id, location, outcome.verdict.value))

    @hookimpl
    def outrider_alert_opened(self, alert: Alert, check: Check) -> None:
        self._heard.append((self._name, "opened", alert.id, check.id, threading.current_thread().name))

    @hookimpl
    def outrider_alert_resolved(self, check: Check, alert: Alert) -> None:
        self._heard.append((self._name, "resolved", alert.id, check.id))

    @hookimpl
    def outrider_incident_opened(self, incident: Incident) -> None:
        self._heard.append((self._name, "opened", incident.id))

    @hookimpl
    def outrider_incident_updated(self, incident: Incident) -> None:
        self._heard.append((self._name, "updated", incident.updates[-1].body))

    @hookimpl
    def outrider_incident_resolved(self, incident: Incident) -> None:
        self._heard.append((self._name, "resolved", incident.state.value))

    @hookimpl
    def outrider_check_paused(self, reason: str) -> None:
        self._heard.append((self._name, "paused", reason))


def loaded(**plugins: object) -> Plugins:
    return load_plugins(extra=plugins.items(), discover=False)


def told(hook: str, **facts: object) -> list[tuple[object, ...]]:
    """Tell two plugins something and return what they heard."""
    heard: list[tuple[object, ...]] = []
    hooks = ToldHooks(loaded(one=Listener("one", heard), two=Listener("two", heard)), monotonic=time.monotonic)
    hooks.tell(hook, **facts)
    hooks.close(5)
    return sorted(heard)


def test_register_check_types_adds_all_that_plugins_offer() -> None:
    first, second, third = (ScriptedCheckType(kind=kind) for kind in ("first", "second", "third"))
    plugins = loaded(a=OfferingPlugin(check_types=[first, second]), b=OfferingPlugin(check_types=[third]))
    assert plugins.check_types == {"first": first, "second": second, "third": third}


def test_register_check_types_hands_over_what_others_offer() -> None:
    class Open:
        asked: Extensions | None = None

        @hookimpl
        def outrider_register_check_types(self, extensions: Extensions) -> Iterable[Any]:
            self.asked = extensions
            return ()

    plugin = Open()
    notifier = RecordingNotifier()
    loaded(open=plugin, other=OfferingPlugin(notifiers=[notifier]))
    assert plugin.asked is not None
    assert plugin.asked.offers("outrider_register_notifiers") == [("other", (notifier,))]


def test_register_notifiers_adds_all_that_plugins_offer() -> None:
    one, two = RecordingNotifier(kind="one"), RecordingNotifier(kind="two")
    plugins = loaded(a=OfferingPlugin(notifiers=[one]), b=OfferingPlugin(notifiers=[two]))
    assert plugins.notifiers == {"one": one, "two": two}


def test_register_step_actions_is_a_hook_like_the_engine_s_own() -> None:
    ((plugin, actions),) = load_plugins().offers("outrider_register_step_actions")
    assert plugin == "journeys"
    assert "goto" in [action.name for action in actions]


def test_run_finished_is_told_to_every_plugin_with_what_it_asks_for() -> None:
    facts = {"check": sample_check(), "run_id": "run_1", "location": "fra", "outcome": sample_outcome()}
    heard = told("outrider_run_finished", **facts)
    assert heard == [(name, "mon_sample", "run_1", "fra", "passed") for name in ("one", "two")]


def test_incident_opened_is_told_with_the_incident() -> None:
    heard = told("outrider_incident_opened", incident=sample_incident())
    assert heard == [(name, "opened", "inc_sample") for name in ("one", "two")]


def test_incident_updated_is_told_with_the_newest_update() -> None:
    heard = told("outrider_incident_updated", incident=sample_incident(IncidentState.IDENTIFIED))
    assert heard == [(name, "updated", "The database was full.") for name in ("one", "two")]


def test_incident_resolved_is_told_with_how_it_is_now() -> None:
    heard = told("outrider_incident_resolved", incident=sample_incident(IncidentState.RESOLVED))
    assert heard == [(name, "resolved", "resolved") for name in ("one", "two")]


def test_alert_opened_is_told_on_a_thread_of_each_plugin_s_own() -> None:
    heard = told("outrider_alert_opened", alert=sample_alert(), check=sample_check())
    assert heard == [(name, "opened", "alt_sample", "mon_sample", f"told-{name}") for name in ("one", "two")]


def test_alert_resolved_is_told_whatever_the_order_of_the_arguments() -> None:
    heard = told("outrider_alert_resolved", alert=sample_alert(resolved=True), check=sample_check())
    assert heard == [(name, "resolved", "alt_sample", "mon_sample") for name in ("one", "two")]


def test_check_paused_is_told_without_the_arguments_that_nobody_asked_for() -> None:
    heard = told("outrider_check_paused", check=sample_check(), reason="lost its worker")
    assert heard == [(name, "paused", "lost its worker") for name in ("one", "two")]


def test_told_plugins_come_in_order_of_registration() -> None:
    plugins = loaded(b=Listener("b", []), a=Listener("a", []), c=OfferingPlugin())
    calls = plugins.told("outrider_check_paused")
    assert [(name, arguments) for name, _, arguments in calls] == [("b", ("reason",)), ("a", ("reason",))]


@pytest.mark.parametrize("hook", ["outrider_register_colours", "outrider_run_finished", "nothing"])
def test_only_register_hooks_have_offers(hook: str) -> None:
    with pytest.raises(PluginError, match=hook):
        loaded().offers(hook)


def test_nobody_is_told_of_what_is_not_specified() -> None:
    with pytest.raises(PluginError, match="outrider_run_begun"):
        loaded().told("outrider_run_begun")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        pytest.param(None, "failed in outrider_register_check_types", id="nothing"),
        pytest.param(lambda: 1 / 0, "ZeroDivisionError", id="raises"),
        pytest.param(lambda: (1 / 0 for _ in "a"), "ZeroDivisionError", id="raises later"),
        pytest.param([object()], "with the kind None", id="no check type at all"),
    ],
)
def test_an_answer_that_is_none_stops_the_start_and_names_the_plugin(answer: Any, problem: str) -> None:
    with pytest.raises(PluginError, match=r"'far'.*") as refused:
        loaded(far=Answering(answer))
    assert problem in str(refused.value)


def test_a_plugin_may_offer_no_kind_twice() -> None:
    twice = OfferingPlugin(check_types=[ScriptedCheckType(), ScriptedCheckType()])
    with pytest.raises(PluginError, match="scripted"):
        loaded(one=twice)


def test_runs_go_to_the_queue_of_their_lane_and_end_soon_without_their_plugin() -> None:
    class InProcess(ScriptedCheckType):
        lane = Lane.PROCESS

        def prepare(self, environment: object) -> None: ...

        def close(self) -> None: ...

    plugins = loaded(one=OfferingPlugin(check_types=[ScriptedCheckType(), InProcess(kind="caged")]))
    assert plugins.queue_of("scripted") == QUEUE_LIGHT
    assert plugins.queue_of("caged") == QUEUE_BROWSER
    assert plugins.queue_of("not installed") == QUEUE_LIGHT


class Selling:
    """A plugin that offers billing providers."""

    def __init__(self, *providers: Any) -> None:
        self._providers = providers

    @hookimpl
    def outrider_register_billing_providers(self) -> Any:
        return self._providers


def test_register_billing_providers_offers_them_by_kind() -> None:
    shop = BillingShop()
    plugins = load_plugins(extra=[("selling", Selling(shop))], discover=False)
    assert plugins.billing_providers == {"shop": shop}


def test_register_billing_providers_refuses_one_that_cannot_sell() -> None:
    class Incomplete:
        kind = "half"
        title = "Half"

        async def checkout(self) -> str:
            return ""

    with pytest.raises(PluginError, match="has no coroutine function portal"):
        load_plugins(extra=[("selling", Selling(Incomplete()))], discover=False)
