"""Columns side by side: decks, what stands in them, and columns in windows of their own."""
