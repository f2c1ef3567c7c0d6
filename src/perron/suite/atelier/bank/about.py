"""What a file says of itself: credit, caption, date, place, people and tags, in its IPTC, XMP and EXIF.

Read from the file as it came, before it is cleaned; what is kept of it stands in the bank, never in the file. Where it
was taken to the metre (GPS) is not read at all.
"""

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from PIL import Image, IptcImagePlugin

from perron.media.kinds import HEAD, JPEG, PNG, WEBP, kind_of
from perron.suite.atelier.bank.model import About
from perron.suite.atelier.bank.say import listed, tidy
from perron.text.vague import from_edtf

MOST_XMP = 1 << 20
_IPTC = {
    "credit": ((2, 110),), "byline": ((2, 80),), "copyright": ((2, 116),), "caption": ((2, 120), (2, 5)),
    "place": ((2, 92), (2, 90), (2, 95), (2, 101)), "date": ((2, 55),), "tags": ((2, 25),),
}  # fmt: skip
_EXIF = {"caption": 270, "byline": 315, "copyright": 33432}
_TAKEN, _DETAILS = 36867, 34665
_SPACE = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_XMP = {
    "credit": ("photoshop:Credit",), "byline": ("dc:creator",), "copyright": ("dc:rights",),
    "caption": ("dc:description",), "alt": ("Iptc4xmpCore:AltTextAccessibility",),
    "place": ("Iptc4xmpCore:Location", "photoshop:City", "photoshop:Country"),
    "date": ("photoshop:DateCreated", "xmp:CreateDate"), "tags": ("dc:subject",),
    "people": ("Iptc4xmpExt:PersonInImage",),
}  # fmt: skip
_PACKET = re.compile(rb"<x:xmpmeta\b.*?</x:xmpmeta>|<rdf:RDF\b.*?</rdf:RDF>", re.DOTALL)
_WHEN = re.compile(r"(\d{4})[-:]?(\d\d)?[-:]?(\d\d)?(?!\d)", re.ASCII)
Told = dict[str, list[str]]


def read_about(data: bytes) -> About:
    """What a picture says of itself; nothing where it says nothing, or nothing that can be read."""
    if kind_of(data[:HEAD]) not in (JPEG, PNG, WEBP):
        return About()
    told: Told = {}
    for read in (_from_xmp, _from_header):
        try:
            for name, values in read(data):
                told.setdefault(name, values)
        except Exception:  # whatever a file says wrongly of itself: it is taken without that
            continue
    return _made(told)


def _made(told: Told) -> About:
    byline, credit = _line(told, "byline", " / "), _line(told, "credit", " / ")
    both = (
        byline
        if credit in byline
        else credit
        if byline and byline in credit
        else " / ".join(filter(None, (byline, credit)))
    )
    return About(
        credit=tidy(both or _line(told, "copyright", " / ").removeprefix("©"), 300),
        place=tidy(_line(told, "place", ", "), 300),
        people=listed(told.get("people", [])),
        caption=tidy("\n".join(told.get("caption", [])[:1]), 5000, lines=True),
        alt=tidy(_line(told, "alt", " "), 1500, lines=True),
        tags=listed(told.get("tags", [])),
        date=next((found for one in told.get("date", []) if (found := _when(one))), ""),
    )


def _line(told: Told, name: str, between: str) -> str:
    return between.join(dict.fromkeys(one.strip() for one in told.get(name, []) if one.strip()))


def _when(text: str) -> str:
    """A date of a camera (`1998:06:12 10:00`), of IPTC (`19980612`) or of XMP (`1998-06-12T…`), as far as it is one."""
    found = _WHEN.match(text.strip())
    parts = [one for one in found.groups() if one and one != "00"] if found else []
    while parts and from_edtf("-".join(parts)) is None:
        parts.pop()
    return "-".join(parts)


def _from_header(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """IPTC first, for people wrote it; then what the camera wrote."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            iptc: dict[tuple[int, int], Any] = IptcImagePlugin.getiptcinfo(image) or {}
            for name, keys in _IPTC.items():
                values = [_text(one) for key in keys for one in _several(iptc.get(key))]
                if any(values):
                    yield name, values
            exif = image.getexif()
            for name, key in _EXIF.items():
                if (value := exif.get(key)) and isinstance(value, str | bytes):
                    yield name, [_text(value)]
            if taken := exif.get_ifd(_DETAILS).get(_TAKEN):
                yield "date", [_text(taken)]


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _text(value: Any) -> str:
    if isinstance(value, str):  # EXIF is read as Latin-1, and written as UTF-8 by most
        try:
            return value.encode("latin-1").decode()
        except (UnicodeEncodeError, UnicodeDecodeError):
            return value
    if not isinstance(value, bytes):
        return ""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _from_xmp(data: bytes) -> Iterator[tuple[str, list[str]]]:
    found = _PACKET.search(data, 0, min(len(data), 8 * MOST_XMP))
    if found is None or len(found[0]) > MOST_XMP or b"<!" in found[0]:  # no entities: nobody's XMP needs any
        return
    root = ElementTree.fromstring(found[0].decode("utf-8", "replace"))
    for name, places in _XMP.items():
        values = [one for place in places for one in _values(root, place)]
        if values:
            yield name, values


def _values(root: ElementTree.Element, place: str) -> list[str]:
    """What stands in an element, in the items of its list, or in an attribute of that name."""
    space, _, name = place.partition(":")
    full = f"{{{_SPACE[space]}}}{name}"
    for element in root.iter(f"{{{_SPACE['rdf']}}}Description"):
        if full in element.attrib:
            return [element.attrib[full]]
        for inner in element.findall(full):
            items = [one.text or "" for one in inner.iter(f"{{{_SPACE['rdf']}}}li")]
            return [one for one in items if one] or [inner.text or ""]
    return []
