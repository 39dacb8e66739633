"""Projects of Selenium IDE."""
