"""The demonstration: a small shop, a journey that walks through it and monitors, one of which fails on purpose."""
