"""A channel's settings: the secret ones are split off and stored sealed, and put back for a delivery.

What they name as ``{{name}}`` is stored as it is written, and filled in with the organization's variables each time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from outrider_engine.contracts.message_templates import holds_template
from outrider_engine.contracts.notifier import Notifier
from outrider_engine.domain.alerts import Channel
from outrider_engine.domain.environments import visible_in
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.templates import names_in_tree, render_tree
from outrider_engine.errors import InvalidInput, NotifyError, UnknownVariable
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Transaction

from .surroundings import opened
from .validation import validated


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What a message is delivered with. ``redactor`` hides the secrets that were filled in."""

    notifier: Notifier[Any]
    settings: BaseModel = field(repr=False)
    redactor: Redactor


def split(settings: BaseModel, written: JsonObject) -> tuple[dict[str, JsonValue], dict[str, str]]:
    """Return a notifier's settings as (what may be shown, the secrets by name).

    Those that name variables are returned as they were ``written``, not as they are in ``settings``.
    """
    fields = type(settings).model_fields
    kept = {name: written[name] for name in _naming(type(settings), written)}
    secrets = {
        name: str(kept.get(name, value.get_secret_value()))
        for name in fields
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    shown: dict[str, JsonValue] = settings.model_dump(mode="json", exclude=set(secrets))
    return {name: kept.get(name, value) for name, value in shown.items()}, secrets


def made_secrets(notifier: Notifier[Any]) -> tuple[str, ...]:
    """Return the names of the secret settings that a notifier makes itself when they are left out."""
    fields = notifier.settings.model_fields.items()
    return tuple(name for name, info in fields if info.annotation is SecretStr and info.default_factory is not None)


def seal(secrets: Mapping[str, str], box: SecretBox) -> str | None:
    """Return secrets as one sealed text, ``None`` for none."""
    return box.seal(json.dumps(dict(secrets))) if secrets else None


def accepted(
    tx: Transaction, organization_id: str, notifier: Notifier[Any], written: JsonObject, box: SecretBox
) -> BaseModel:
    """Return settings as they are with today's variables.

    Raises:
        InvalidInput: they are wrong, or name a variable that there is not.
    """
    filled, redactor = _filled_in(tx, organization_id, notifier, written, box)
    try:
        settings: BaseModel = validated(notifier.settings, filled, prefix="config")
    except InvalidInput as error:
        raise InvalidInput(redactor.text(error.problem), field=error.field, allowed=error.allowed) from None
    return settings


def ready(tx: Transaction, notifier: Notifier[Any], channel: Channel, box: SecretBox) -> Ready:
    """Return the full settings of a stored channel.

    Raises:
        NotifyError: they no longer fit the notifier's model, or name a variable that there is no more.
        ConfigurationError: a secret was sealed with another key.
    """
    sealed = tx.channels.sealed_secrets(channel.organization_id, channel.id)
    secrets: dict[str, str] = json.loads(box.open(sealed)) if sealed else {}
    try:
        config, redactor = _filled_in(tx, channel.organization_id, notifier, {**channel.config, **secrets}, box)
        settings: BaseModel = notifier.settings.model_validate(config)
    except InvalidInput as error:
        raise NotifyError(f"the channel's settings can't be filled in: {error}", permanent=False) from None
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise NotifyError(f"the channel's settings no longer fit {notifier.kind!r}: {fields}", permanent=True) from None
    return Ready(notifier=notifier, settings=settings, redactor=redactor)


def _filled_in(
    tx: Transaction, organization_id: str, notifier: Notifier[Any], written: JsonObject, box: SecretBox
) -> tuple[JsonObject, Redactor]:
    naming = _naming(notifier.settings, written)
    names = names_in_tree([written[name] for name in naming])
    found = visible_in(None, tx.variables.named([organization_id], names))
    plain, secret = opened(found.values(), box)
    filled = dict(written)
    for name in naming:
        try:
            filled[name] = render_tree(written[name], {**plain, **secret})
        except UnknownVariable as error:
            problem = f"names {{{{{error.name}}}}}, which is no variable of the organization"
            raise InvalidInput(problem, field=f"config.{name}") from None
    return filled, Redactor(secret.values())


def _naming(model: type[BaseModel], written: JsonObject) -> list[str]:
    """Return the settings that name variables; in templates of messages, braces are for what the message tells."""
    templates = {name for name, info in model.model_fields.items() if holds_template(info)}
    return [name for name, value in written.items() if name not in templates and names_in_tree(value)]
