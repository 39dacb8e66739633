"""The parameters of a rule as its owner sets them: which its type takes, from where to where, and their defaults."""

from collections.abc import Mapping
from typing import Any

from outrider_engine.domain.alerts import Rule, RuleType
from outrider_engine.domain.checks import Family
from outrider_engine.domain.rule_conditions import PARAMETER_NAMES, PARAMETERS, Parameter
from outrider_engine.errors import InvalidInput


def checked(type: RuleType, fields: Mapping[str, Any], before: Rule | None = None) -> dict[str, Any]:
    """Return all parameters of a rule, ``None`` for those that its type does not take.

    What is absent keeps the value that it has in ``before``; what is ``None`` has its default.

    Raises:
        InvalidInput: a parameter is missing, out of bounds, or not one of this type's.
    """
    takes = PARAMETERS[type]
    for name in PARAMETER_NAMES:
        if name not in takes and fields.get(name) is not None:
            raise InvalidInput(f"is not for rules of the type {type.value}", field=name, allowed=list(takes))
    return {name: _value(name, takes[name], fields, before) if name in takes else None for name in PARAMETER_NAMES}


def refuse_other_families(type: RuleType, family: Family) -> None:
    """Refuse a rule that could never open an alert: pictures are compared in journeys, which see no certificates.

    Raises:
        InvalidInput: names the type.
    """
    if type is RuleType.VISUAL_DIFF_THRESHOLD and family is not Family.JOURNEY:
        raise InvalidInput("is for journeys only", field="type")
    if type is RuleType.SSL_EXPIRY and family is Family.JOURNEY:
        raise InvalidInput("is for monitors and API monitors; journeys see no certificates", field="type")


def _value(name: str, parameter: Parameter, fields: Mapping[str, Any], before: Rule | None) -> float | int:
    value = getattr(before, name) if before is not None and name not in fields else fields.get(name)
    if value is None:
        value = parameter.default
    if value is None:
        raise InvalidInput("is required", field=name)
    if parameter.is_whole and int(value) != value:
        raise InvalidInput("must be a whole number", field=name)
    if not parameter.least <= value <= parameter.most:
        raise InvalidInput(f"must be between {parameter.least:g} and {parameter.most:.12g}", field=name)
    return int(value) if int(value) == value else float(value)
