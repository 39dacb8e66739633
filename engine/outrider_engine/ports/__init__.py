"""What the engine needs from the outside, as protocols; the adapters implement them."""
