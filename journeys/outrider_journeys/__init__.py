"""Journeys: the language of browser journeys and the interpreter that walks them on a Playwright page."""
