"""Slots: runner processes that are supervised from outside and replaced when they misbehave."""

from .factory import RunnerSlots
from .slot import RunnerSlot

__all__ = ["RunnerSlot", "RunnerSlots"]
