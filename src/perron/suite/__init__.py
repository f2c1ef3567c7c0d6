"""The practice: closed rooms that do not know each other."""
