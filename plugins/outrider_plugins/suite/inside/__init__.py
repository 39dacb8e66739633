"""What runs with a suite, inside its confinement: the warden, and the plugin of its pytest.

These are programs of their own: they import nothing of Outrider but what tests import, and are quick to start.
"""

DESCRIPTORS = "OUTRIDER_SUITE_DESCRIPTORS"
"""The variable that names two file descriptors: where to tell what happens, and where to read what is given."""
LAUNCH = "OUTRIDER_SUITE_LAUNCH"
"""The variable that says how browsers start, in JSON."""
