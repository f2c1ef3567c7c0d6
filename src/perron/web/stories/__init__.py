"""Stories: told at a desk, read as a thread, as slides, on paper, and within pages of other sites."""
