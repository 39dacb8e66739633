"""Journeys written in the words of other tools."""
