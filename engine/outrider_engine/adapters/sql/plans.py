"""Plans of organizations and monthly counts of runs, in the database."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select

from outrider_engine.domain.checks import Family

from .schema import ACTIVE, checks, monthly_runs, organization_plans, where
from .session import Session


class SqlPlans:
    """Implements ``PlanRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def assign(self, organization_id: str, plan_id: str, now: datetime) -> None:
        """Give an organization a plan, in place of the one it has."""
        values = {"plan_id": plan_id, "assigned_at": now}
        statement = self._session.insert(organization_plans).values(organization_id=organization_id, **values)
        self._session.run(statement.on_conflict_do_update(index_elements=["organization_id"], set_=values))

    def of(self, organization_id: str) -> str | None:
        """Return the id of an organization's plan, ``None`` when none was assigned."""
        return self.of_all([organization_id]).get(organization_id)

    def of_all(self, organization_ids: Collection[str]) -> Mapping[str, str]:
        """Return the ids of the plans of organizations that were assigned one."""
        table = organization_plans
        rows = self._session.all(select(table).where(table.c.organization_id.in_(sorted(organization_ids))))
        return {row.organization_id: row.plan_id for row in rows}

    def lock(self, organization_id: str) -> None:
        """Let nobody else add what a plan limits to this organization before the transaction has ended."""
        self._session.serialize([f"plan of {organization_id}"])

    def active_checks(self, organization_id: str) -> Mapping[Family, int]:
        """Return how many active checks of each family an organization has."""
        active = (checks.c.organization_id == organization_id, where(ACTIVE))
        counted = select(checks.c.family, func.count().label("all")).where(*active).group_by(checks.c.family)
        return {Family(row.family): row.all for row in self._session.all(counted)}

    def count_runs(self, executed: Mapping[tuple[str, Family], int], month: str) -> None:
        """Add runs that were executed, by organization and family."""
        for (organization_id, family), runs in sorted(executed.items()):
            statement = self._session.insert(monthly_runs).values(
                organization_id=organization_id, month=month, family=family.value, runs=runs
            )
            added = {"runs": monthly_runs.c.runs + statement.excluded.runs}
            self._session.run(
                statement.on_conflict_do_update(index_elements=["organization_id", "month", "family"], set_=added)
            )

    def runs(self, organization_ids: Collection[str], month: str) -> Mapping[tuple[str, Family], int]:
        """Return how many runs were executed, by organization and family; absent means none."""
        mine = (monthly_runs.c.organization_id.in_(sorted(organization_ids)), monthly_runs.c.month == month)
        rows = self._session.all(select(monthly_runs).where(*mine))
        return {(row.organization_id, Family(row.family)): row.runs for row in rows}
