"""A channel's settings: the secret ones are split off and stored sealed, and put back for a delivery."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from outrider_engine.contracts.notifier import Notifier
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.errors import NotifyError
from outrider_engine.ports.secrets import SecretBox


def split(settings: BaseModel) -> tuple[dict[str, JsonValue], dict[str, str]]:
    """Return a notifier's settings as (what may be shown, the secrets by name)."""
    secrets = {
        name: value.get_secret_value()
        for name in type(settings).model_fields
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    shown: dict[str, JsonValue] = settings.model_dump(mode="json", exclude=set(secrets))
    return shown, secrets


def made_secrets(notifier: Notifier[Any]) -> tuple[str, ...]:
    """Return the names of the secret settings that a notifier makes itself when they are left out."""
    fields = notifier.settings.model_fields.items()
    return tuple(name for name, info in fields if info.annotation is SecretStr and info.default_factory is not None)


def seal(secrets: Mapping[str, str], box: SecretBox) -> str | None:
    """Return secrets as one sealed text, ``None`` for none."""
    return box.seal(json.dumps(dict(secrets))) if secrets else None


def join(notifier: Notifier[Any], config: Mapping[str, Any], sealed: str | None, box: SecretBox) -> BaseModel:
    """Return the full settings of a stored channel.

    Raises:
        NotifyError: they no longer fit the notifier's model.
        ConfigurationError: they were sealed with another key.
    """
    secrets: dict[str, str] = json.loads(box.open(sealed)) if sealed else {}
    try:
        settings: BaseModel = notifier.settings.model_validate({**config, **secrets})
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise NotifyError(f"the channel's settings no longer fit {notifier.kind!r}: {fields}", permanent=True) from None
    return settings
