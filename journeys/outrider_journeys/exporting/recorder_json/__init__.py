"""Journeys as recordings of the Recorder panel of Chrome's developer tools."""
