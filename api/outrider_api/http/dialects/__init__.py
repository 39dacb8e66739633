"""What clients of other systems find here: thin adapters over the services that the native API asks."""
