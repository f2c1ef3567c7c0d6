"""The same said as several accounts at once: made together, each for itself, and taken back together."""
