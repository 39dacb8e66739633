"""The profile of `make fuzz`, as a plugin of pytest: many more examples than a change can wait for."""

from hypothesis import HealthCheck, settings

settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
