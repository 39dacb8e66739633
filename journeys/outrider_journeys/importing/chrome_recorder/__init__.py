"""Recordings of the Recorder panel of Chrome's developer tools, as JSON."""
