"""A database that processes can start on: the newest schema, and the names of locations that exist from the start."""

from outrider_engine.adapters.sql.migrations import upgrade
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.settings import Settings

LOCATIONS = (
    *("local", "us-east", "us-west", "eu-west", "eu-central", "ap-southeast", "ap-northeast", "tr-istanbul"),
    *("fra", "hel", "ams", "iad"),
)
"""Names of locations that exist from the start; workers add their own."""


def upgrade_database(settings: Settings) -> None:
    """Bring a database to the newest revision, with all the first locations; nothing happens when it has them."""
    if settings.database_url is None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    upgrade(settings.effective_database_url)
    storage = SqlStorage(settings.effective_database_url)
    try:
        with storage.begin() as tx:
            tx.locations.add(LOCATIONS)
    finally:
        storage.close()
