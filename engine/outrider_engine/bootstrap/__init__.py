"""The composition root: the one place where ports meet adapters."""

from .engine import Engine, open_engine
from .processes import Node, embedded_node, scheduler_node, worker_node

__all__ = ["Engine", "Node", "embedded_node", "open_engine", "scheduler_node", "worker_node"]
