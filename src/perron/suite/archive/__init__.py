"""One's own data, packed to take along."""
