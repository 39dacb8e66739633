"""The routes: each asks one service and shows its answer."""
