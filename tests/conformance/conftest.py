"""The application in the process of the test; what it is asked, any client could ask a started server."""

from house_fixtures import any_house, app, house, notifier, plugins, receiver

__all__ = ["any_house", "app", "house", "notifier", "plugins", "receiver"]
