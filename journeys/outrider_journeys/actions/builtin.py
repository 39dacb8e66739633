"""The actions that come with Outrider."""

from typing import Any

from .asserting import Assert, ExpectText
from .capturing import Screenshot
from .choosing import Check, SelectOption, Uncheck, Upload
from .contract import StepAction
from .environment import EmulateMedia, GrantPermissions, SetGeolocation, SetHeaders, SetViewport
from .extracting import Extract, SetVariable
from .forms import Fill, Press, Type
from .grouping import Group
from .mocking import MockFromHar, MockResponse, Unmock
from .navigation import Back, Forward, Goto, Reload
from .networking import BlockRequests, SetNetwork
from .pointer import Click, DoubleClick, Hover
from .requesting import HttpRequest
from .signing_in import SaveLoginState, Totp, UseLoginState
from .visitor_state import ClearState, SetCookies
from .waiting import WaitFor


def builtin_actions() -> tuple[StepAction[Any], ...]:
    """Return one of each, in the order in which the documentation lists them."""
    navigation = (Goto(), Reload(), Back(), Forward())
    pointer = (Click(), DoubleClick(), Hover())
    forms = (Fill(), Type(), Press(), SelectOption(), Check(), Uncheck(), Upload())
    judging = (WaitFor(), Extract(), SetVariable(), Assert(), ExpectText(), Screenshot())
    environment = (SetViewport(), SetGeolocation(), GrantPermissions(), EmulateMedia(), SetHeaders())
    network = (SetNetwork(), BlockRequests(), MockResponse(), MockFromHar(), Unmock(), HttpRequest())
    visitor = (SetCookies(), ClearState(), SaveLoginState(), UseLoginState(), Totp())
    flow = (Group(),)
    return (*navigation, *pointer, *forms, *judging, *environment, *network, *visitor, *flow)
