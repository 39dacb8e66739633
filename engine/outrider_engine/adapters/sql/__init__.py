"""Everything that is kept in a database: SQLAlchemy Core over SQLite and PostgreSQL. Rows never leave this package."""
