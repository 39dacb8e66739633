"""What ``assert`` judges: one module for each kind of subject, with its models and how they are judged."""
