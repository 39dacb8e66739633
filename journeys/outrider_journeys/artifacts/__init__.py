"""Files that a journey leaves: what must be taken out of them, and what they amount to."""
