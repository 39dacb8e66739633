"""Reading what other tools recorded or wrote: journeys and API monitors, each with a receipt of what became of it."""
