"""What plugins implement and what they are handed; the whole public face of the engine towards plugin authors."""

from .certificates import read_certificate
from .check_type import (
    AsyncCheckType,
    CheckType,
    Judge,
    LightContext,
    ProcessCheckType,
    ProcessContext,
    ThreadCheckType,
)
from .extensions import Extensions
from .notifier import Delivery, Notifier, NotifyContext
from .wrong_field import wrong_field

__all__ = [
    "AsyncCheckType",
    "CheckType",
    "Delivery",
    "Extensions",
    "Judge",
    "LightContext",
    "Notifier",
    "NotifyContext",
    "ProcessCheckType",
    "ProcessContext",
    "ThreadCheckType",
    "read_certificate",
    "wrong_field",
]
