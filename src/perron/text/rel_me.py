"""The links of a page that say they lead to the same person (`rel="me"`). Any text may come; none takes long."""

from urllib.parse import urlsplit

from perron.text.page_head import AFTER, attributes, next_tag, tag_end

MOST_TAGS = 20_000
MOST_LINKS = 200


def links_to_oneself(page: str) -> list[str]:
    """Where the links lead, as they were written, two hundred at most."""
    found: list[str] = []
    at = 0
    for _ in range(MOST_TAGS):
        match = next_tag(page, at)
        if match is None or len(found) == MOST_LINKS:
            break
        at = match.end()
        if match.group() == "<!--":
            end = page.find("-->", at)
            if end < 0:
                break
            at = end + 3
            continue
        closing, name = match.group(1), match.group(2).lower()
        values, at = ({}, at) if closing else attributes(page, at)
        past = tag_end(page, at)
        if past is None:
            break
        at = past.end()
        if closing:
            continue
        if name in ("a", "link") and "me" in values.get("rel", "").lower().split() and values.get("href"):
            found.append(values["href"].strip())
        if name in AFTER:
            end_tag = AFTER[name](page, at)
            if end_tag is None:
                break
            at = end_tag.start()
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
