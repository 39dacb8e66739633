"""What travels over HTTP: the bodies that are accepted, the answers that are shown, and their translation."""
