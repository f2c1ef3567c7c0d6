"""Pages of those who work together: organisations, approvals, the inbox of a brand."""
