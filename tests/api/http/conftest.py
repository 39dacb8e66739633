"""The application, in the process of the test and behind a port."""

from house_fixtures import any_house, app, house, notifier, plugins, receiver
from served_house import served, served_app, served_plugins

__all__ = [
    "any_house",
    "app",
    "house",
    "notifier",
    "plugins",
    "receiver",
    "served",
    "served_app",
    "served_plugins",
]
