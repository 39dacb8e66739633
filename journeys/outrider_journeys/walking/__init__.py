"""How a journey is walked: its parts in order, its time, its pages and its records."""
