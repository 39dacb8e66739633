"""What Playwright's own recorder writes: lines of JSON, and Python."""
