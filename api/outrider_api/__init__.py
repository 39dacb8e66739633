"""The doors of Outrider: HTTP API, command line and demo."""
