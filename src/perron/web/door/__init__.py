"""Coming in: signing in by one or two steps, passkeys, OAuth, browsers and apps, being shut out."""
