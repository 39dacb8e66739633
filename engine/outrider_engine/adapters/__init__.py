"""What connects the engine to the outside: databases, queues, networks, processes and files."""
