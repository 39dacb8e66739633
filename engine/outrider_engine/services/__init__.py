"""What the engine does: each service takes the ports it needs as keyword arguments and returns what it did."""
