"""The actions that come with Outrider."""

from typing import Any

from .asserting import Assert, ExpectText
from .capturing import Screenshot
from .choosing import Check, SelectOption, Uncheck, Upload
from .contract import StepAction
from .extracting import Extract, SetVariable
from .forms import Fill, Press, Type
from .grouping import Group
from .navigation import Back, Forward, Goto, Reload
from .pointer import Click, DoubleClick, Hover
from .waiting import WaitFor


def builtin_actions() -> tuple[StepAction[Any], ...]:
    """Return one of each, in the order in which the documentation lists them."""
    navigation = (Goto(), Reload(), Back(), Forward())
    pointer = (Click(), DoubleClick(), Hover())
    forms = (Fill(), Type(), Press(), SelectOption(), Check(), Uncheck(), Upload())
    judging = (WaitFor(), Extract(), SetVariable(), Assert(), ExpectText(), Screenshot())
    flow = (Group(),)
    return (*navigation, *pointer, *forms, *judging, *flow)
