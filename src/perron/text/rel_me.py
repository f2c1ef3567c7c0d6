"""The links of a page that say they lead to the same person (`rel="me"`). Any text may come; none takes long."""

from urllib.parse import urlsplit

from perron.text.page_head import tags_of

MOST_TAGS = 20_000
MOST_LINKS = 200


def links_to_oneself(page: str) -> list[str]:
    """Where the links lead, as they were written, two hundred at most."""
    found: list[str] = []
    for tag in tags_of(page, MOST_TAGS):
        if tag.name in ("a", "link") and "me" in tag.values.get("rel", "").lower().split() and tag.values.get("href"):
            found.append(tag.values["href"].strip())
            if len(found) == MOST_LINKS:
                break
    return found


def same_page(one: str, other: str) -> bool:
    """Whether two addresses name one page: case of the host and a slash at the end make no difference."""
    try:
        return _plain(one) == _plain(other)
    except ValueError:
        return False


def _plain(url: str) -> tuple[str, str, str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query
