"""xuptimemonitor's read-only API, at ``/compat/xuptimemonitor/api/v1``."""
