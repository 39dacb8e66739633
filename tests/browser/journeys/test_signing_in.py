"""Login states within a walk and from walk to walk, and one-time codes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outrider_engine.domain.login_states import LARGEST, LoginState
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.signing_in import TotpStep, code_at
from outrider_journeys.interpreter import WalkResult
from outrider_journeys.visitors import secrets_in
from tests.site.mirror_site import MirrorSite

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

SIGN_IN = {"action": "http_request", "method": "POST", "url": "/sign-in"}
SAVE = {"action": "save_login_state", "login_state": "shop", "expires_h": 2}
USE = {"action": "use_login_state", "login_state": "shop"}
IS_ADA = (
    {"action": "goto", "url": "/anything"},
    {"action": "assert", "text": {"contains": "n-of-ada"}},
)
IS_NOBODY = (
    {"action": "goto", "url": "/anything"},
    {"action": "assert", "text": {"not_contains": "n-of-ada"}},
)
REMEMBERS = (
    {"action": "goto", "url": "/mirror?second"},
    {"action": "assert", "locator": "#seen", "text": {"contains": "first ?first-visit"}},
)


@pytest.fixture
def on_mirror(walked: Walk, mirror: MirrorSite) -> Walk:
    def walk(*steps: dict[str, Any], **given: Any) -> WalkResult:
        return walked(*steps, base_url=mirror.url, **given)

    return walk


def state(content: dict[str, Any], *, hours: float = 1, name: str = "shop") -> dict[str, LoginState]:
    now = datetime.now(UTC)
    kept = LoginState(name=name, content=json.dumps(content), saved_at=now, expires_at=now + timedelta(hours=hours))
    return {name: kept}


def of_ada(mirror: MirrorSite) -> dict[str, Any]:
    cookie = {
        "name": "session", "value": "s3ss10n-of-ada", "domain": "127.0.0.1", "path": "/", "expires": -1,
        "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    storage = [{"name": "first", "value": "?first-visit"}]
    return {"cookies": [cookie], "origins": [{"origin": mirror.url, "localStorage": storage}]}


def test_a_state_that_is_kept_can_be_used_again_and_is_handed_out(on_mirror: Walk, mirror: MirrorSite) -> None:
    told: list[StepResult] = []
    result = on_mirror(
        SIGN_IN,
        {"action": "goto", "url": "/mirror?first-visit"},
        {"action": "assert", "locator": "#seen", "text": {"contains": "first ?first-visit"}},
        SAVE,
        {"action": "clear_state"},
        *IS_NOBODY,
        USE,
        {"action": "assert", "url": {"equals": "about:blank"}},
        *IS_ADA,
        *REMEMBERS,
        told=told,
    )
    assert result.failure is None
    (kept,) = result.login_states
    assert (kept.name, kept.expires_at - kept.saved_at) == ("shop", timedelta(hours=2))
    content = json.loads(kept.content)
    assert [(each["name"], each["value"]) for each in content["cookies"]] == [("session", "s3ss10n-of-ada")]
    assert [each["origin"] for each in content["origins"]] == [mirror.url]
    assert "s3ss10n-of-ada" in result.secrets
    assert "s3ss10n-of-ada" not in repr((result, told))


def test_a_state_of_an_earlier_walk_is_used_by_a_step_or_from_the_beginning(
    on_mirror: Walk, mirror: MirrorSite
) -> None:
    given = state(of_ada(mirror))
    assert on_mirror(*IS_NOBODY, USE, *IS_ADA, *REMEMBERS, walk_login_states=given).failure is None
    begins = {"browser": {"storage_state": "shop"}}
    result = on_mirror({"action": "clear_state"}, *IS_NOBODY, walk_login_states=given, **begins)
    assert result.failure is None
    assert on_mirror(*IS_ADA, *REMEMBERS, walk_login_states=given, **begins).failure is None


@pytest.mark.parametrize("hours", [None, -1], ids=["none", "expired"])
def test_a_state_that_is_missing_is_an_error_unless_it_is_optional(
    on_mirror: Walk, mirror: MirrorSite, hours: float | None
) -> None:
    given = {} if hours is None else state(of_ada(mirror), hours=hours)
    for result in (
        on_mirror(USE, walk_login_states=given),
        on_mirror(*IS_ADA, browser={"storage_state": "shop"}, walk_login_states=given),
    ):
        assert result.failure is not None
        assert (result.failure.verdict, result.failure.reason) == (Verdict.ERROR, Reason.MISSING_SECRET)
        assert "there is no login state 'shop' that is still valid" in result.failure.message
    optional = {**USE, "required": False, "variable": "SIGNED_IN"}
    when = {"when": {"variable": "SIGNED_IN", "equals": "false"}}
    result = on_mirror(optional, {**SIGN_IN, **when}, *IS_ADA, walk_login_states=given)
    assert result.failure is None
    assert result.variables["SIGNED_IN"] == "false"
    result = on_mirror(optional, {**SIGN_IN, **when}, *IS_ADA, walk_login_states=state(of_ada(mirror)))
    assert result.failure is None
    assert [step.status for step in result.steps][1] is Verdict.CANCELLED


def test_too_much_can_not_be_kept(on_mirror: Walk, mirror: MirrorSite) -> None:
    big = of_ada(mirror)
    big["origins"][0]["localStorage"] = [{"name": "first", "value": "x" * LARGEST}]
    failure = on_mirror(USE, SAVE, walk_login_states=state(big)).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    assert f"at most {LARGEST:,} can be kept" in failure.message
    saves = ({**SAVE, "login_state": f"s{number}"} for number in range(5))
    failure = on_mirror({"action": "clear_state"}, *saves).failure
    assert failure is not None
    assert "a run can keep 4 login states at most" in failure.message


def test_secret_is_what_opens_something() -> None:
    values = ['{"token": "ey.ab.cdef-0123456789", "user": {"name": "Ada Lovelace"}}', "dark", "key-" * 40 + "1"]
    content = {
        "cookies": [{"value": "abcdefgh"}, {"value": "1"}],
        "origins": [{"localStorage": [{"value": value} for value in values]}],
    }
    assert secrets_in(json.dumps(content)) == {"abcdefgh", "ey.ab.cdef-0123456789", "key-" * 16}


# RFC 6238, appendix B: the time, the code by SHA1, SHA256 and SHA512
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
KEYS = {
    "SHA1": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "SHA256": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA====",
    "SHA512": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
}


def totp(**more: Any) -> dict[str, Any]:
    return {"action": "totp", "secret": "{{KEY}}", "variable": "CODE", **more}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector[0]))
def test_codes_are_those_of_the_rfc(vector: tuple[int, str, str, str]) -> None:
    for algorithm, code in zip(KEYS, vector[1:], strict=True):
        step = TotpStep.model_validate(totp(digits=8, algorithm=algorithm))
        assert code_at(step, KEYS[algorithm], vector[0]) == code


def test_a_key_may_be_short_and_written_for_people() -> None:
    step = TotpStep.model_validate(totp())
    assert code_at(step, "jbsw y3dp-ehpk 3pxp", 0) == code_at(step, "JBSWY3DPEHPK3PXP", 29.9)


def test_a_code_is_kept_as_a_secret_and_the_key_is_shown_nowhere(on_mirror: Walk) -> None:
    told: list[StepResult] = []
    steps = (
        totp(),
        {"action": "goto", "url": "/echo?code={{CODE}}&key={{KEY}}"},
        {"action": "expect_text", "text": "nope"},
    )
    result = on_mirror(*steps, secrets=["KEY"], walk_secrets={"KEY": "JBSWY3DPEHPK3PXP"}, told=told)
    (code,) = {each for each in result.secrets if each.isdigit()}
    assert len(code) == 6
    assert result.failure is not None
    assert result.failure.reason is Reason.ASSERTION
    assert code not in repr((result.failure, told))
    assert "JBSWY3DP" not in repr((result.failure, told, result.variables))
    assert "CODE" not in result.variables


def test_a_code_that_is_nearly_over_is_not_used(on_mirror: Walk) -> None:
    result = on_mirror(
        totp(min_validity_s=29.99, timeout=0.3), secrets=["KEY"], walk_secrets={"KEY": "JBSWY3DPEHPK3PXP"}
    )
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert "the next code comes in" in result.failure.message


def test_a_key_that_is_none_is_an_error_that_does_not_show_it(on_mirror: Walk) -> None:
    failure = on_mirror(totp(), secrets=["KEY"], walk_secrets={"KEY": "n0t base 32!"}).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    assert failure.message.endswith("the key that {{KEY}} stands for is not in Base32")


def test_a_key_in_the_journey_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="a key is never part of a journey"):
        TotpStep.model_validate(totp(secret="JBSWY3DPEHPK3PXP"))
