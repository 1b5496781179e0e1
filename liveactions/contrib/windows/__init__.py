"""Windows: a stack of modal windows, each hosting a component, and wizards to put into them.

``"liveactions.contrib.windows"`` goes into ``INSTALLED_APPS``, ``{% load live_windows %}{% live_windows %}`` into the
base template. From then on ``Wizard(…)`` opens a window and ``Close(…)`` closes the one on top.
"""

from liveactions.contrib.windows.frame import WindowFrame
from liveactions.contrib.windows.opening import close_window, open_window
from liveactions.contrib.windows.stack import OpenWindow, WindowStack
from liveactions.contrib.windows.wizards import WizardComponent

__all__ = ["OpenWindow", "WindowFrame", "WindowStack", "WizardComponent", "close_window", "open_window"]
