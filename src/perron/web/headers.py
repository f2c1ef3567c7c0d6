"""What every answer to a browser says beside its page."""

from perron.kit.settings import Settings
from perron.kit.time import DAY, SECOND

YEAR = 365 * DAY // SECOND


def careful(settings: Settings) -> dict[str, str]:
    """Headers of every answer to a browser."""
    found = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": policy(),
    }
    if settings.https:
        found["Strict-Transport-Security"] = f"max-age={YEAR}"
    return found


def policy(form_action: str = "'self'") -> str:
    """What a page may load and where its forms may lead. No script or style stands inside a page."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {form_action}"
    )
