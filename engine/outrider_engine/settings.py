"""What the operator decides: ``OUTRIDER_*`` variables, and ``outrider.toml`` beneath them."""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .domain.egress import EgressMode, EgressPolicy
from .domain.retention import Retention
from .errors import ConfigurationError

_PREFIX = "OUTRIDER_"
_NOT_SETTINGS = tuple(
    f"{_PREFIX}{name}" for name in ("API_KEY", "SERVER", "BASE_URL", "TARGET_HOST", "TEST_", "SOAK_", "VAR_", "SECRET_")
)

Names = Annotated[tuple[str, ...], NoDecode]
Days = Annotated[int, Field(ge=1, le=36_500)]


class Settings(BaseSettings):
    """All settings, validated; building one reads the environment and ``outrider.toml`` of the working folder."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, toml_file="outrider.toml", extra="ignore", frozen=True)

    data_dir: Path = Field(default=Path("outrider-data"), description="Folder of database, artifacts and keys.")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; unset: SQLite in the data folder.")
    redis_url: str | None = Field(default=None, description="Redis for hints between processes; unset: one process.")
    bootstrap_api_key: SecretStr | None = Field(default=None, description="Text of the first organization's owner key.")
    secret_key: SecretStr | None = Field(default=None, description="Fernet key(s) for secrets, newest first, by comma.")
    plans_file: Path | None = Field(default=None, description="Plans (TOML or YAML); unset: one without limits.")
    billing_provider: str = Field(default="none", description="Which installed billing provider sells plans.")
    rate_limit_reads: float = Field(default=500, ge=0, le=1e6, description="Reads a second for each key; 0: any.")
    rate_limit_writes: float = Field(default=100, ge=0, le=1e6, description="The same of other calls; 0: any.")
    browser_path: Path | None = Field(default=None, description="The browser to use; unset: looked for.")
    browser_slots: int = Field(default=0, ge=0, le=64, description="Browsers at a time; 0: one per core, at most 4.")
    light_concurrency: int = Field(default=32, ge=1, le=1000, description="Light checks in flight per process.")
    lease_seconds: int = Field(
        default=30, ge=3, le=600, description="How long a worker may be silent before its runs go to another one."
    )
    egress: EgressMode = Field(default=EgressMode.PRIVATE, description="`private`: any address; `public`: public ones.")
    suites: Literal["on", "off"] | None = Field(
        default=None, description="Whether checks may run Python of their authors; unset: where egress is `private`."
    )
    suite_packages: Path | None = Field(default=None, description="Folder of packages that suites may import, too.")
    egress_deny: Names = Field(default=(), description="Networks (CIDR, by comma) that no check may reach.")
    blocked_plugins: Names = Field(default=(), description="Names of plugins that are not loaded, by comma.")
    public_url: str | None = Field(
        default=None, max_length=500, description="Where people open this installation; messages link there."
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="Mail server: smtp[s]://[user:password@]host[:port][?starttls=required|optional|off]."
    )
    smtp_from: str | None = Field(default=None, max_length=254, description="Sender of mails, such as a@example.com.")
    retention_runs_days: Days = Field(default=30, description="Days for which runs and their files are kept.")
    retention_hourly_days: Days = Field(default=396, description="Days for which hourly statistics are kept.")
    retention_daily_days: Days = Field(default=1096, description="Days for which daily statistics are kept.")
    retention_alerts_days: Days = Field(default=396, description="Days for which resolved alerts are kept.")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much is logged.")
    log_format: str = Field(
        default="text", pattern="^(text|json)$", description="`text` for people, `json` for machines."
    )

    @field_validator("egress_deny", "blocked_plugins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("egress_deny")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            ipaddress.ip_network(text, strict=False)
        return value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
            raise ValueError("must be an address such as https://outrider.example.com")
        return value.rstrip("/") if value is not None else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let arguments win over the environment, and the environment over ``outrider.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def effective_database_url(self) -> str:
        """The database in use: the one that was set, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'outrider.db'}"

    @property
    def suites_run(self) -> str:
        """When suites are run: ``off``, ``on``, ``if_confined`` or ``if_namespaces`` (the strongest confinement).

        Servers of people who do not trust one another (``OUTRIDER_EGRESS=public``) run none unless they are told to.
        """
        if self.egress is EgressMode.PUBLIC:
            return "if_namespaces" if self.suites == "on" else "off"
        return self.suites or "if_confined"

    @property
    def artifacts_dir(self) -> Path:
        """Where the local artifact store keeps its files."""
        return self.data_dir / "artifacts"

    @property
    def retention(self) -> Retention:
        """What is kept for how long."""
        return Retention(
            runs=timedelta(days=self.retention_runs_days),
            hourly=timedelta(days=self.retention_hourly_days),
            daily=timedelta(days=self.retention_daily_days),
            alerts=timedelta(days=self.retention_alerts_days),
        )

    @property
    def egress_policy(self) -> EgressPolicy:
        """The rule for every address that a check wants to reach."""
        return EgressPolicy(self.egress, tuple(ipaddress.ip_network(text, strict=False) for text in self.egress_deny))


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Return ``OUTRIDER_*`` variables that set nothing, each with the name that was probably meant.

    Those of the command line (``OUTRIDER_API_KEY``, ``OUTRIDER_SERVER``) and of test suites are no mistakes.
    """
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    found = sorted(
        name
        for name in environment
        if name.startswith(_PREFIX) and name not in known and not name.startswith(_NOT_SETTINGS)
    )
    return {name: next(iter(difflib.get_close_matches(name, known, 1)), None) for name in found}


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read and validate the settings; ``overrides`` (by field name) win over everything.

    Raises:
        ConfigurationError: names each wrong variable, what is wrong and what it is for.
    """
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explained(problem) for problem in error.errors())) from None


def _explained(problem: Mapping[str, Any]) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    field = Settings.model_fields.get(name)
    purpose = f" ({field.description})" if field and field.description else ""
    return f"{_PREFIX}{name.upper()}: {problem['msg']}{purpose}"
