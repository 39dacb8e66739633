"""Hints over Dramatiq: in memory within one process, over Redis between processes."""
