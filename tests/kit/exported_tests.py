"""What a machine needs to run exported tests that has only the system's browser."""

CONFTEST = """
import pytest

SHELL = "/usr/bin/chromium-headless-shell"

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": SHELL, "chromium_sandbox": False}
"""
