"""Python that Playwright's recorder writes, and what people write like it, read without ever running it."""
