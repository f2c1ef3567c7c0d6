"""Words for a picture, and where to look in it."""

import math
import unicodedata

from perron.kit.errors import Invalid

MAX_DESCRIPTION = 1500


def read_description(text: str | None) -> str:
    """A description for those who cannot see or hear it, tidied; at most 1,500 characters."""
    clean = (text or "").replace("\0", "").encode("utf-8", "ignore").decode()
    clean = unicodedata.normalize("NFC", clean).strip()
    if len(clean) > MAX_DESCRIPTION:
        raise Invalid(f"A description has at most {MAX_DESCRIPTION} characters.")
    return clean


def read_focus(value: str | tuple[float, float] | None) -> tuple[float, float] | None:
    """`"0.5,-0.25"` (or the two numbers) as a point between -1 and 1; None when nothing was said."""
    if value is None or value == "":
        return None
    try:
        x, y = (float(part) for part in (value.split(",") if isinstance(value, str) else value))
    except (ValueError, TypeError):
        raise Invalid("A focus is two numbers between -1 and 1, such as 0.5,-0.25.") from None
    if not all(math.isfinite(one) and -1 <= one <= 1 for one in (x, y)):
        raise Invalid("A focus is two numbers between -1 and 1, such as 0.5,-0.25.")
    return x, y
