"""Incidents go forward, back, to their end and on again, as updates say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.incidents import (
    Impact,
    IncidentState,
    Turn,
    continued,
    joined_by,
    moved,
    opened_by,
    turn_of,
)
from outrider_engine.testing import sample_alert, sample_incident

NOW = datetime(2026, 1, 15, 13, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize("state", list(IncidentState))
def test_an_update_is_added_and_moves_the_state(state: IncidentState) -> None:
    before = sample_incident()
    after = continued(before, state, "So it is.", NOW)
    assert after.updates[:-1] == before.updates
    assert (after.updates[-1].state, after.updates[-1].body, after.updates[-1].posted_at) == (state, "So it is.", NOW)
    assert (after.state, after.is_open) == (state, state is not IncidentState.RESOLVED)
    assert after.resolved_at == (NOW if state is IncidentState.RESOLVED else None)


def test_a_resolved_incident_stays_so_with_a_postscript_and_opens_again_with_another_state() -> None:
    over = continued(sample_incident(), IncidentState.RESOLVED, "Mended.", NOW)
    postscript = continued(over, IncidentState.RESOLVED, "How it came about: …", LATER)
    assert (postscript.resolved_at, turn_of(over, postscript)) == (NOW, Turn.UPDATED)
    again = continued(over, IncidentState.IDENTIFIED, "It is back.", LATER)
    assert (again.is_open, again.resolved_at, turn_of(over, again)) == (True, None, Turn.UPDATED)
    assert turn_of(again, moved(again, IncidentState.RESOLVED, LATER)) is Turn.RESOLVED


def test_an_alert_s_incident_tells_what_the_alert_says() -> None:
    alert = replace(sample_alert(), severity="p1")
    incident = opened_by(alert, "inc_1", "Shop is failing")
    assert [update.body for update in incident.updates] == [alert.message]
    assert (incident.severity, incident.impact, incident.started_at) == (Severity.P1, Impact.MAJOR, alert.triggered_at)
    assert (incident.check_ids, incident.alert_ids, incident.alerting_check_id) == (
        (alert.check_id,),
        (alert.id,),
        alert.check_id,
    )


@pytest.mark.parametrize(("second", "gravest"), [("p1", "p1"), (None, "p2"), ("p3", "p2")])
def test_an_incident_is_as_grave_as_the_gravest_of_its_alerts(second: str | None, gravest: str) -> None:
    joined = joined_by(sample_incident(), replace(sample_alert(), id="alt_2", severity=second))
    assert (joined.severity, joined.alert_ids) == (gravest, ("alt_sample", "alt_2"))
    assert len(joined.updates) == 1
