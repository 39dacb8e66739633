"""Collections of Postman."""
