"""Settings come from the environment, are validated by name, and misspelt ones do not go unnoticed."""

import pytest

from outrider_engine.errors import ConfigurationError
from outrider_engine.settings import load_settings, unknown_variables


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        pytest.param("egress", "open", "OUTRIDER_EGRESS", id="one of a few"),
        pytest.param("browser_slots", "many", "OUTRIDER_BROWSER_SLOTS", id="a number"),
        pytest.param("egress_deny", "10.0.0.0/99", "OUTRIDER_EGRESS_DENY", id="a network"),
        pytest.param("lease_seconds", 1, "OUTRIDER_LEASE_SECONDS", id="a bound"),
    ],
)
def test_a_wrong_setting_is_refused_by_the_name_of_its_variable(field: str, value: object, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        load_settings({field: value})


def test_lists_are_written_with_commas() -> None:
    settings = load_settings({"egress_deny": "10.0.0.0/8, 192.168.1.7", "blocked_plugins": "log,"})
    assert settings.egress_deny == ("10.0.0.0/8", "192.168.1.7")
    assert settings.blocked_plugins == ("log",)


def test_a_misspelt_variable_is_found_with_what_was_meant() -> None:
    environment = {"OUTRIDER_EGRES": "public", "OUTRIDER_API_KEY": "x", "OUTRIDER_DATA_DIR": "d", "HOME": "/"}
    assert unknown_variables(environment) == {"OUTRIDER_EGRES": "OUTRIDER_EGRESS"}
