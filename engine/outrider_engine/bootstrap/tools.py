"""What the command line opens besides whole processes: the database alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.rates_in_memory import RatesInMemory
from outrider_engine.adapters.secret_box import FernetBox
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.errors import SchemaNotCurrent
from outrider_engine.ports.storage import Storage
from outrider_engine.services.accounts import AccountService
from outrider_engine.services.rates import Rates
from outrider_engine.services.resealing import Resealing
from outrider_engine.settings import Settings

from .databases import upgrade_database
from .engine import passwords_of
from .secret_keys import secret_key_of


@contextmanager
def open_storage(settings: Settings) -> Iterator[Storage]:
    """Open the database and nothing else; SQLite in the data folder is made and upgraded first, as ``up`` does.

    Raises:
        SchemaNotCurrent: it is another database, and not at the newest revision.
    """
    if settings.database_url is None:
        upgrade_database(settings)
    storage = SqlStorage(settings.effective_database_url)
    try:
        problem = storage.schema_problem()
        if problem is not None:
            raise SchemaNotCurrent(problem)
        yield storage
    finally:
        storage.close()


@contextmanager
def open_resealing(settings: Settings) -> Iterator[Resealing]:
    """Open what seals everything anew with the first of the secret keys.

    Raises:
        ConfigurationError: there is no key, or one is wrong.
        SchemaNotCurrent: the database is not at the newest revision.
    """
    with open_storage(settings) as storage:
        box = FernetBox(secret_key_of(settings, embedded=settings.database_url is None))
        yield Resealing(storage=storage, secrets=box)


@contextmanager
def open_accounts(settings: Settings) -> Iterator[AccountService]:
    """Open what operators do with accounts.

    Raises:
        SchemaNotCurrent: the database is not at the newest revision.
    """
    with open_storage(settings) as storage:
        rates = Rates(RatesInMemory(SystemClock().monotonic))
        yield AccountService(storage=storage, passwords=passwords_of(rates))
