"""Signing in: what is kept, for whom to read, and which server and key a command uses in the end."""

import stat
from pathlib import Path

import pytest
from served_house import Served

from outrider_api.cli.connecting import LOCAL, access_of
from outrider_api.cli.profiles import Profile, Profiles, config_path
from outrider_api.cli.remote_options import Remote
from outrider_engine.errors import ConfigurationError, InvalidInput

from .conftest import Outrider

HERE, THERE = "http://here", "https://there"


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    """Profiles for two servers."""
    made = Profiles(tmp_path / "outrider" / "config.toml")
    made.put(Profile(name="default", server=HERE, key="key-of-here"))
    made.put(Profile(name="there", server=THERE, key="key-of-there"))
    return made


@pytest.mark.parametrize(
    ("remote", "environment", "found"),
    [
        pytest.param(Remote(), {}, (HERE, "key-of-here"), id="default-profile"),
        pytest.param(Remote(), {"OUTRIDER_PROFILE": "there"}, (THERE, "key-of-there"), id="profile-of-environment"),
        pytest.param(Remote(profile="there"), {}, (THERE, "key-of-there"), id="profile-of-option"),
        pytest.param(Remote(), {"OUTRIDER_API_KEY": "k"}, (HERE, "k"), id="key-of-environment"),
        pytest.param(
            Remote(), {"OUTRIDER_SERVER": THERE, "OUTRIDER_API_KEY": "k"}, (THERE, "k"), id="both-of-environment"
        ),
        pytest.param(Remote(key="o"), {"OUTRIDER_API_KEY": "k"}, (HERE, "o"), id="option-before-environment"),
        pytest.param(
            Remote(profile="there"),
            {"OUTRIDER_SERVER": "http://else", "OUTRIDER_API_KEY": "k"},
            (THERE, "key-of-there"),
            id="profile-of-option-before-environment",
        ),
        pytest.param(
            Remote(server=THERE + "/"), {"OUTRIDER_PROFILE": "there"}, (THERE + "/", "key-of-there"), id="same-server"
        ),
    ],
)
def test_an_option_goes_before_the_environment_and_that_before_the_profile(
    profiles: Profiles, remote: Remote, environment: dict[str, str], found: tuple[str, str]
) -> None:
    access = access_of(remote, environment, profiles)
    assert (access.server, access.key) == found
    assert "key=" not in repr(access)


def test_the_key_of_a_profile_is_sent_to_no_other_server(profiles: Profiles) -> None:
    with pytest.raises(ConfigurationError, match="no API key for https://there"):
        access_of(Remote(server=THERE), {}, profiles)


def test_without_anything_this_machine_is_asked(tmp_path: Path) -> None:
    empty = Profiles(tmp_path / "config.toml")
    assert access_of(Remote(), {"OUTRIDER_API_KEY": "k"}, empty).server == LOCAL
    with pytest.raises(ConfigurationError, match="keep one with `outrider login`"):
        access_of(Remote(), {}, empty)
    with pytest.raises(ConfigurationError, match="no profile 'there'"):
        access_of(Remote(profile="there"), {"OUTRIDER_API_KEY": "k"}, empty)


def test_profiles_are_kept_apart_and_only_their_owner_reads_them(profiles: Profiles) -> None:
    odd = Profile(name="odd", server='http://a/"b"\\', key='"\\#')
    profiles.put(odd)
    assert profiles.get("odd") == odd
    assert set(profiles.all()) == {"default", "there", "odd"}
    assert stat.S_IMODE(profiles.path.stat().st_mode) == 0o600
    assert [path.name for path in profiles.path.parent.iterdir()] == ["config.toml"]
    assert profiles.drop("odd")
    assert not profiles.drop("odd")
    assert "key-of-here" not in repr(profiles.all())
    with pytest.raises(InvalidInput, match=r"^--profile: "):
        profiles.put(Profile(name="a.b", server=HERE, key="k"))


@pytest.mark.parametrize("text", ["[", "profiles = 1", "[profiles.a]\nserver = 'http://a'", "[profiles]\na = 1"])
def test_a_file_that_somebody_broke_is_told_with_its_path(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=str(path)):
        Profiles(path).all()


def test_the_file_lies_where_xdg_says(tmp_path: Path) -> None:
    assert config_path({"XDG_CONFIG_HOME": "/a"}) == Path("/a/outrider/config.toml")
    assert config_path({"XDG_CONFIG_HOME": "a"}) == Path.home() / ".config" / "outrider" / "config.toml"


def test_who_signs_in_needs_no_further_options(outrider: Outrider, served: Served, tmp_path: Path) -> None:
    done = outrider("login", "--server", served.url, "--key", served.key)
    assert (done.returncode, served.key in done.stdout + done.stderr) == (0, False), done.stderr
    shown = outrider("whoami")
    assert (shown.returncode, served.url in shown.stdout, served.key in shown.stdout) == (0, True, False)
    assert "profile default" in shown.stdout
    assert f"Acme ({served.house.world.organization}), owner" in shown.stdout
    assert outrider("monitors", "list").returncode == 0
    (tmp_path / "config" / "outrider" / "config.toml").chmod(0o644)
    assert "others may read" in outrider("whoami").stderr
    assert outrider("logout").returncode == 0
    assert outrider("logout").returncode == 1
    assert outrider("whoami").returncode == 2


def test_a_key_that_the_server_does_not_know_is_not_kept(outrider: Outrider, served: Served, tmp_path: Path) -> None:
    done = outrider("login", "--server", served.url, "--key", "wrong-key")
    assert (done.returncode, "401" in done.stderr, "wrong-key" in done.stderr) == (1, True, False)
    assert not (tmp_path / "config").exists()
    assert outrider("login", "--server", served.url).returncode == 2
    assert outrider("whoami", "--server", served.url, "--key", "wrong-key").returncode == 1


def test_a_key_of_few_rights_is_a_good_key(outrider: Outrider, served: Served) -> None:
    key = served.house.key("viewer", scopes=["alerts:read"]).key or ""
    assert outrider("login", "--profile", "narrow", "--server", served.url, "--key", key).returncode == 0
    assert "profile narrow" in outrider("whoami", "--profile", "narrow").stdout
    assert outrider("monitors", "list", "--profile", "narrow").returncode == 1
    assert outrider("alerts", "list", OUTRIDER_PROFILE="narrow").returncode == 0
