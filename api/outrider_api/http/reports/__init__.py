"""What came of a batch, written for the pages of pipelines."""
