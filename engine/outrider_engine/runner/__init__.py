"""The runner process: executes one check at a time for the slot that started it.

``python -m outrider_engine.runner`` is started by ``outrider_engine.adapters.slots`` and by nothing else. It knows no
database, no organization and no claim; tasks and results travel over two pipes.
"""
