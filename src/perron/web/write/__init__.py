"""The composer, and what belongs to it: drafts, files, completion, what is shared from a phone."""
