"""brily's API, at ``/v0``: monitors with regions and a quorum, their checks and uptime, incidents, releases."""
