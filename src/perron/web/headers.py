"""What every answer to a browser says beside its page."""

from perron.kit.settings import Settings
from perron.kit.time import DAY, SECOND
from perron.media.places import files_in

YEAR = 365 * DAY // SECOND


def careful(settings: Settings) -> dict[str, str]:
    """Headers of every answer to a browser."""
    found = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": policy(elsewhere=elsewhere(settings)),
    }
    if settings.https:
        found["Strict-Transport-Security"] = f"max-age={YEAR}"
    return found


def elsewhere(settings: Settings) -> str:
    """Where pictures and clips come from besides this server: the origin to which readers are sent for them."""
    return files_in(settings).elsewhere if settings.media_public else ""


def policy(form_action: str = "'self'", elsewhere: str = "") -> str:
    """What a page may load and where its forms may lead. No script or style stands inside a page."""
    also = f" {elsewhere}" if elsewhere else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{also}; "
        f"media-src 'self' blob:{also}; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {form_action}"
    )
