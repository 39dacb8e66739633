"""``python -m outrider_engine.runner``."""

import sys

from .main import main

sys.exit(main())
