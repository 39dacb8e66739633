"""The composition root: the one place where ports meet adapters."""

from .databases import LOCATIONS, upgrade_database
from .engine import Engine, open_engine, quotas_of
from .processes import Node, embedded_node, scheduler_node, worker_node
from .tools import open_accounts, open_resealing, open_slots, open_storage

__all__ = [
    "LOCATIONS",
    "Engine",
    "Node",
    "embedded_node",
    "open_accounts",
    "open_engine",
    "open_resealing",
    "open_slots",
    "open_storage",
    "quotas_of",
    "scheduler_node",
    "upgrade_database",
    "worker_node",
]
