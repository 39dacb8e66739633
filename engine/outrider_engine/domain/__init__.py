"""What a check, a run and an alert are, and how they are judged: values and pure functions, standard library only."""
