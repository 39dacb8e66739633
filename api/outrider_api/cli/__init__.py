"""The command line. ``*_commands`` modules parse and are quick to import; the work is in the modules beside them."""
