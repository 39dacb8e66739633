"""The kit for authors of plugins, and for our own tests.

Clocks that stand still, check types that do what they are told, and checks of the contracts. Nothing here is a mock:
each piece is a small, real implementation of a port or contract.
"""

from .clock import FixedClock
from .contract_kit import check_type_problems, deliver, notifier_problems, observe
from .recorded import RecordedHints, RecordedTold
from .scripted import OfferingPlugin, RecordingNotifier, ScriptedCheckType, ScriptedSettings, plugins_with

__all__ = [
    "FixedClock",
    "OfferingPlugin",
    "RecordedHints",
    "RecordedTold",
    "RecordingNotifier",
    "ScriptedCheckType",
    "ScriptedSettings",
    "check_type_problems",
    "deliver",
    "notifier_problems",
    "observe",
    "plugins_with",
]
