"""Outrider's engine: what checks, runs and alerts are, how they are judged, scheduled, executed, kept and told."""
