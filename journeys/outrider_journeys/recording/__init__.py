"""Recording: what a person does in a browser becomes a journey.

Events go into a ``Recording``, a clean journey comes out of it; neither knows of a terminal or of Playwright. What
fills it stands beside it: ``playwright_recorder`` listens to the context of a browser, ``codegen`` to a command line.
"""
