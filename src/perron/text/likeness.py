"""How alike two posts are: whether they lead to the same page, or say (nearly) the same words."""

import re
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from perron.text.hosts import ascii_host
from perron.text.reading import read

FEWEST_SAME, FEWEST_ALIKE = 12, 30
"""Letters from which on words that are the same, or nearly so, are no chance: a good morning may be wished each day."""
NEARLY = 0.6
"""How much of all the pieces of two texts they must have in common."""
PIECE = 4
SAMPLES = 16

_MARKED = re.compile(r"https?://\S+|[@#＃]\S+", re.IGNORECASE)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SIGNS = re.compile(r"[\W_]+")
_TRACKING = re.compile(
    r"utm_\w+|\w{1,4}clid|gbraid|wbraid|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|igshid?|si|ref_src|ref_url|at_\w+|xtor|cmpid"
    r"|pk_\w+|mtm_\w+|oly_(?:anon|enc)_id|vero_id|_openstat|wt_\w+",
    re.IGNORECASE,
)
_PORTS = {"http": ":80", "https": ":443"}


def plain_address(url: str) -> str:
    """An address without what does not change which page it leads to: scheme, `www.`, the case of the host, what says
    where the reader comes from, the order of the rest, a slash at the end; empty when it is none."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = (ascii_host(host) or host).removeprefix("www.")
    if not host or parts.scheme.lower() not in _PORTS:
        return ""
    port = "" if port == _PORTS[parts.scheme.lower()] else port
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    place = f"#{parts.fragment}" if parts.fragment[:1] in ("!", "/") else ""
    return f"{host}{port}{quote(unquote(parts.path)).rstrip('/')}{query}{place}"


def addresses(text: str) -> frozenset[str]:
    """The pages that a text leads to."""
    if "://" not in text:
        return frozenset()
    return frozenset(found for link in read(text).links if (found := plain_address(link)))


def core(text: str) -> str:
    """What a text says, for comparison: no links, names, tags, signs, accents or capitals."""
    letters = _MARKED.sub(" ", text).casefold()
    if not letters.isascii():
        letters = _ACCENTS.sub("", unicodedata.normalize("NFKD", letters))
    return _SIGNS.sub(" ", letters).strip()


def alike(one: str, other: str) -> bool:
    """Whether two cores are the same, or nearly so."""
    if one == other:
        return len(one) >= FEWEST_SAME
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    if len(short) < FEWEST_ALIKE or len(short) < NEARLY * len(long) or _is_far(short, long):
        return False
    these, those = _pieces(one), _pieces(other)
    return len(these & those) >= NEARLY * len(these | those)


def _is_far(short: str, long: str) -> bool:
    """Whether a few pieces from all over the longer text show already that the two have little in common."""
    step = max(1, (len(long) - PIECE) // SAMPLES)
    tried = [long[n : n + PIECE] in short for n in range(0, len(long) - PIECE + 1, step)]
    return sum(tried) < len(tried) * NEARLY / 2


def _pieces(text: str) -> set[str]:
    return {text[n : n + PIECE] for n in range(len(text) - PIECE + 1)}
