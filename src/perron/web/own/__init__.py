"""What one has for oneself: notices, messages, lists, settings, one's data."""
