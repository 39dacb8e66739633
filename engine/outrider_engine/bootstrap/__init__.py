"""The composition root: the one place where ports meet adapters.

Each module opens one thing, and whoever needs it imports that module alone: what walks journeys loads no database.
"""
