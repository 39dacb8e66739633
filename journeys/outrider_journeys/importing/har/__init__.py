"""HTTP archives that browsers record."""
