"""What plugins implement and what they are handed; the whole public face of the engine towards plugin authors."""

from .addresses import MailAddress, mail_address
from .billing import BillingContext, BillingProvider
from .certificates import read_certificate
from .check_type import (
    AsyncCheckType,
    CheckType,
    Judge,
    LightContext,
    PassiveCheckType,
    ProcessCheckType,
    ProcessContext,
    StandingBy,
    ThreadCheckType,
)
from .clipping import clipped
from .extensions import Extensions
from .facts import Facts, Visibility, facts_of
from .message_templates import MessageTemplate, rendered
from .notifier import Delivery, Notifier, NotifyContext
from .posting import post_json, retry_after, send
from .receivers import ReceiverUrl, SecretUrl, Token
from .wrong_field import wrong_field

__all__ = [
    "AsyncCheckType",
    "BillingContext",
    "BillingProvider",
    "CheckType",
    "Delivery",
    "Extensions",
    "Facts",
    "Judge",
    "LightContext",
    "MailAddress",
    "MessageTemplate",
    "Notifier",
    "NotifyContext",
    "PassiveCheckType",
    "ProcessCheckType",
    "ProcessContext",
    "ReceiverUrl",
    "SecretUrl",
    "StandingBy",
    "ThreadCheckType",
    "Token",
    "Visibility",
    "clipped",
    "facts_of",
    "mail_address",
    "post_json",
    "read_certificate",
    "rendered",
    "retry_after",
    "send",
    "wrong_field",
]
