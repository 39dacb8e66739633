"""Outrider's own plugins: everything here could have been written by a stranger."""
