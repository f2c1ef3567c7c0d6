"""What must be said of a post beside its words: who paid for it, for whom its author works, whom they gave the word."""

from dataclasses import replace

from perron.kit.errors import Invalid
from perron.posts.model import Draft

SPONSOR, EMPLOYER = "sponsor", "employer"
TIES = (SPONSOR, EMPLOYER)
LONGEST_NAME, LONGEST_URL = 80, 500


def with_ties(draft: Draft) -> Draft:
    """A draft with its disclosures as they are kept; refused when they say nothing, or lead nowhere."""
    name, url, byline = _line(draft.tied_to), draft.tied_url.strip(), _line(draft.byline)
    if draft.tie not in ("", *TIES):
        raise Invalid("This is not one of the choices.")
    if bool(draft.tie) != bool(name):
        raise Invalid("Say with whom: a disclosure has a kind and a name.")
    if max(len(name), len(byline)) > LONGEST_NAME:
        raise Invalid("The name in a disclosure has at most 80 characters.")
    if url and (len(url) > LONGEST_URL or not url.startswith(("https://", "http://")) or any(map(str.isspace, url))):
        raise Invalid("The address in a disclosure begins with https:// and has at most 500 characters.")
    if (name, url, byline) == (draft.tied_to, draft.tied_url, draft.byline):
        return draft
    return replace(draft, tied_to=name, tied_url=url if draft.tie else "", byline=byline)


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
