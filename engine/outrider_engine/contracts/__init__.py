"""What plugins implement and what they are handed; the whole public face of the engine towards plugin authors."""

from .check_type import (
    AsyncCheckType,
    CheckType,
    LightContext,
    ProcessCheckType,
    ProcessContext,
    ThreadCheckType,
)
from .extensions import Extensions
from .notifier import Delivery, Notifier, NotifyContext

__all__ = [
    "AsyncCheckType",
    "CheckType",
    "Delivery",
    "Extensions",
    "LightContext",
    "Notifier",
    "NotifyContext",
    "ProcessCheckType",
    "ProcessContext",
    "ThreadCheckType",
]
