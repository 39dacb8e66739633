"""The kit for authors of plugins, and for our own tests.

Clocks that stand still, check types that do what they are told, and checks of the contracts. Nothing here is a mock:
each piece is a small, real implementation of a port or contract.
"""

from .clock import FixedClock
from .contract_kit import check_type_problems, notifier_problems, observation_problems
from .recorded import RecordedHints, RecordedTold
from .samples import sample_alert, sample_check, sample_incident, sample_message, sample_outcome
from .scripted import OfferingPlugin, RecordingNotifier, ScriptedCheckType, ScriptedSettings, plugins_with
from .trying import deliver, observe, observe_in_process

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
    "observation_problems",
    "observe",
    "observe_in_process",
    "plugins_with",
    "sample_alert",
    "sample_check",
    "sample_incident",
    "sample_message",
    "sample_outcome",
]
