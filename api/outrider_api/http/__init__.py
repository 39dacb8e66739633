"""The HTTP API: thin routes over the engine's services, one envelope for every answer and every error."""
