"""The actions that come with Outrider."""

from typing import Any

from .asserting import Assert, ExpectText
from .calling import Call
from .capturing import Screenshot
from .choosing import Check, SelectOption, Uncheck, Upload
from .contract import StepAction
from .custom import Custom
from .deciding import If
from .ending import Stop
from .environment import EmulateMedia, GrantPermissions, SetGeolocation, SetHeaders, SetViewport
from .extracting import Extract, SetVariable
from .forms import Clear, Fill, Type
from .grouping import Group
from .keyboard import Blur, Focus, KeyDown, KeyUp, Press
from .looping import Break, ForEach, Times, While
from .measuring import Mark, Measure, Note, WebVitals
from .mocking import MockFromHar, MockResponse, Unmock
from .mousing import MouseDown, MouseMove, MouseUp, Scroll
from .navigation import Back, Forward, Goto, Reload
from .networking import BlockRequests, SetNetwork
from .paging import ClosePage, OpenPage, UsePage
from .pointer import Click, DoubleClick, Drag, Hover, Tap
from .requesting import HttpRequest
from .scripting import Evaluate
from .signing_in import SaveLoginState, Totp, UseLoginState
from .talking import HandleDialogs
from .visitor_state import ClearState, SetCookies
from .waiting import WaitFor


def builtin_actions() -> tuple[StepAction[Any], ...]:
    """Return one of each, in the order in which the documentation lists them."""
    navigation = (Goto(), Reload(), Back(), Forward(), OpenPage(), ClosePage(), UsePage(), HandleDialogs())
    pointer = (Click(), DoubleClick(), Hover(), Tap(), Drag(), Scroll(), MouseMove(), MouseDown(), MouseUp())
    keyboard = (Press(), KeyDown(), KeyUp(), Focus(), Blur())
    forms = (Fill(), Type(), Clear(), SelectOption(), Check(), Uncheck(), Upload())
    judging = (WaitFor(), Extract(), SetVariable(), Assert(), ExpectText(), Screenshot())
    environment = (SetViewport(), SetGeolocation(), GrantPermissions(), EmulateMedia(), SetHeaders())
    network = (SetNetwork(), BlockRequests(), MockResponse(), MockFromHar(), Unmock(), HttpRequest())
    visitor = (SetCookies(), ClearState(), SaveLoginState(), UseLoginState(), Totp())
    scripts = (Evaluate(), Custom())
    measuring = (Mark(), Measure(), WebVitals(), Note())
    flow = (Group(), Call(), If(), ForEach(), Times(), While(), Break(), Stop())
    page = (*navigation, *pointer, *forms, *keyboard)
    return (*page, *judging, *scripts, *measuring, *environment, *network, *visitor, *flow)
