"""Environments and variables."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, UniqueConstraint

from outrider_engine.adapters.sql.column_types import Id, StrictText, UtcDateTime

from .columns import (
    BOUND,
    OF_PROJECT,
    SHARED,
    UNBOUND,
    metadata,
    of_organization,
    of_project,
    owner,
    partial,
    required,
)

environments = Table(
    "environments",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("name", StrictText),
    Column("base_url", StrictText),
    required("created_at", UtcDateTime),
    required("updated_at", UtcDateTime),
    Column("project_id", Id),
    of_organization(),
    of_project(),
    UniqueConstraint("organization_id", "id"),
    partial("uq_environments_shared", UNBOUND, "organization_id", "name", unique=True),
    partial("uq_environments_of_project", BOUND, "project_id", "name", unique=True),
)
"""``project_id`` is null where an environment is for all projects of the organization."""

variables = Table(
    "variables",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    Column("environment_id", Id),
    required("name", Id),
    required("is_secret", Boolean),
    Column("value", StrictText),
    Column("sealed", StrictText),
    required("created_at", UtcDateTime),
    required("updated_at", UtcDateTime),
    Column("project_id", Id),
    of_organization(),
    of_project(),
    ForeignKeyConstraint(
        ["organization_id", "environment_id"],
        ["environments.organization_id", "environments.id"],
        ondelete="CASCADE",
    ),
    UniqueConstraint("organization_id", "name", "environment_id"),
    partial("uq_variables_shared", SHARED, "organization_id", "name", unique=True),
    partial("uq_variables_of_project", OF_PROJECT, "project_id", "name", unique=True),
    Index(None, "environment_id"),
)
"""``environment_id`` is null where a variable holds in all environments, ``project_id`` where it does in all projects.

A variable of an environment is of the environment's project.
"""
