"""Reports, decisions and appeals; rules, domains, announcements, and what the owner decides on pages."""
