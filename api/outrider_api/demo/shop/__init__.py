"""Wayside Supply: a shop that sells nothing, with switches that make it slow or broken. ``create_shop`` builds it."""

from .app import create_shop
from .switches import Switches

__all__ = ["Switches", "create_shop"]
