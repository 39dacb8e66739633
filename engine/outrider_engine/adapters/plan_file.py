"""The file in which the operator describes plans, in TOML or YAML."""

import tomllib
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from outrider_engine.domain.plans import Plan, PlanLimits, Plans
from outrider_engine.errors import ConfigurationError


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid")

    monitors: int | None = Field(default=None, ge=0)
    browser_runs: int | None = Field(default=None, ge=0)
    api_runs: int | None = Field(default=None, ge=0)
    members: int | None = Field(default=None, ge=1)
    shortest_interval_seconds: int | None = Field(default=None, ge=1, le=86_400)
    locations: int | None = Field(default=None, ge=1)
    api_calls: int | None = Field(default=None, ge=0)
    retention_days: int | None = Field(default=None, ge=1, le=36_500)


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    name: str = Field(min_length=1, max_length=200)
    price_monthly: float | None = Field(default=None, ge=0)
    limits: _Limits = Field(default_factory=_Limits)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plans: list[_Plan] = Field(min_length=1)


def read_plans(path: Path) -> Plans:
    """Return the plans in a file, ``plans: [{id, name, price_monthly, limits}]``.

    Raises:
        ConfigurationError: it can't be read, or something in it is wrong; says what and where.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
        found = _File.model_validate(content)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"OUTRIDER_PLANS_FILE: {path}: {_said(error)}") from None
    ids = [plan.id for plan in found.plans]
    if len(set(ids)) < len(ids):
        raise ConfigurationError(f"OUTRIDER_PLANS_FILE: {path}: two plans have the same id")
    return Plans(tuple(_plan(plan) for plan in found.plans))


def _plan(given: _Plan) -> Plan:
    limits = PlanLimits(**given.limits.model_dump())
    return Plan(id=given.id, name=given.name, price_monthly=given.price_monthly, limits=limits)


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problem = error.errors()[0]
        return f"{'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}"
    return str(error)
