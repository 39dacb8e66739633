"""``python -m outrider_api.cli`` is ``outrider``."""

from .main import main

if __name__ == "__main__":
    main()
