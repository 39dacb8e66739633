"""Writing journeys in other forms: as pytest-playwright code, and in the formats of other tools."""
