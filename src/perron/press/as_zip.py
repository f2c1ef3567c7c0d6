"""Documents in one zip, each in every form, with a manifest of hashes that tells years later whether a copy is whole.

    manifest.json               what this is, every file with its size and SHA-256, every item with its own
    <name>/document.json        to be read back: without a difference
    <name>/document.{md,html,epub,pdf}, timeline.json, pictures/…

An item that was withdrawn leaves its place and its hash of nothing: that something was there, never what.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from perron.kit import json
from perron.kit.errors import Invalid, Refused
from perron.kit.time import as_datetime, iso, now
from perron.press.as_epub import Progress, pictures_of, write_epub
from perron.press.as_html import write_html
from perron.press.as_json import MOST_BYTES, read_json, to_json
from perron.press.as_markdown import front_matter, to_markdown
from perron.press.as_pdf import able, write_pdf
from perron.press.as_timeline import to_timeline
from perron.press.document import Block, Document
from perron.press.fit import fit
from perron.press.markup import Setting
from perron.press.plates import Files, plates
from perron.text.letters import bare

FORMAT, VERSION = "perron-press", 1
MANIFEST = "manifest.json"
_AT_ONCE = 1 << 20
MOST_FILES, LARGEST_MANIFEST, MOST_DOCUMENTS = 100_000, 64 << 20, 1000
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class _Pack:
    """A zip while it is written, and what its manifest will say."""

    zip: ZipFile
    stamp: int
    files: list[dict[str, Any]] = field(default_factory=list)

    def put(self, name: str, data: bytes) -> None:
        self._tell(name, len(data), hashlib.sha256(data).hexdigest())
        self.zip.writestr(self._info(name, ZIP_DEFLATED), data)

    def copy(self, name: str, source: IO[bytes], how: int = ZIP_STORED) -> None:
        """A file, piece by piece."""
        digest, size = hashlib.sha256(), 0
        with self.zip.open(self._info(name, how), "w", force_zip64=True) as to:
            while piece := source.read(_AT_ONCE):
                digest.update(piece)
                size += len(piece)
                to.write(piece)
        self._tell(name, size, digest.hexdigest())

    def _info(self, name: str, how: int) -> ZipInfo:
        info = ZipInfo(name, as_datetime(max(self.stamp, 315_532_800_000)).timetuple()[:6])
        info.compress_type = how
        return info

    def _tell(self, name: str, size: int, digest: str) -> None:
        self.files.append({"name": name, "bytes": size, "sha256": digest})


def write_zip(
    documents: Iterable[Document],
    files: Files,
    to: IO[bytes],
    *,
    zone: tzinfo = UTC,
    made: int | None = None,
    progress: Callable[[int, float], None] = lambda number, share: None,
) -> None:
    """All documents, one after the other. `progress` hears which one is under way (from 0) and how far it is."""
    with ZipFile(to, "w", ZIP_DEFLATED) as packed:
        pack = _Pack(packed, now() if made is None else made)
        told, taken = [], set[str]()
        for number, document in enumerate(documents):
            name = _name(document, taken)
            told.append(_put(pack, name, fit(document), files, zone, partial(progress, number)))
        said = {"format": FORMAT, "version": VERSION, "made": iso(pack.stamp), "documents": told, "files": pack.files}
        packed.writestr(pack._info(MANIFEST, ZIP_DEFLATED), json.encode(said))


def _put(pack: _Pack, name: str, document: Document, files: Files, zone: tzinfo, progress: Progress) -> dict[str, Any]:
    """Every form of one document; what the manifest says of it."""
    pack.put(f"{name}/document.json", to_json(document))
    pack.put(f"{name}/timeline.json", to_timeline(document))
    pictures = _pictures(pack, name, document, files)
    setting = Setting(lambda picture: pictures.get(picture.url, ""), zone, live=False)
    pack.put(f"{name}/document.md", (front_matter(document) + to_markdown(document, setting)).encode())
    progress(0.2)
    forms: list[tuple[str, Callable[..., None]]] = [("html", write_html), ("epub", write_epub)]
    forms += [("pdf", write_pdf)] if able() else []
    for number, (form, write) in enumerate(forms):
        with NamedTemporaryFile(prefix="perron-press-") as kept:
            write(document, files, kept, zone=zone)
            kept.seek(0)
            pack.copy(f"{name}/document.{form}", kept, ZIP_DEFLATED if form == "html" else ZIP_STORED)
        progress(round(0.2 + 0.8 * (number + 1) / len(forms), 3))
    without = [] if able() else ["pdf"]
    items = [{"key": one.key, "type": type(one).__name__.lower(), "sha256": hash_of(one)} for one in document.blocks]
    said = {"name": name, "title": document.title, "url": document.url, "without": without, "items": items}
    return said | {"pictures": pictures}


def hash_of(block: Block) -> str:
    """The SHA-256 of one item: of its JSON, alone."""
    return hashlib.sha256(to_json(Document("", blocks=(replace(block, key="item"),)))).hexdigest()


def _pictures(pack: _Pack, name: str, document: Document, files: Files) -> dict[str, str]:
    """Where each picture of a document lies in the zip, beside its Markdown."""
    found: dict[str, str] = {}
    with plates(files) as made:
        for picture in pictures_of(document):
            plate = made.find(picture) if picture.url not in found else None
            if plate is not None:
                with plate.path.open("rb") as source:
                    pack.copy(f"{name}/pictures/{plate.name}", source)
                plate.path.unlink()
                found[picture.url] = f"pictures/{plate.name}"
    return found


def _name(document: Document, taken: set[str]) -> str:
    """A folder for a document: its title in plain letters, and a number where two are called alike."""
    plain = name = slug(document)
    number = 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name)
    return name


def slug(document: Document) -> str:
    """The title of a document in plain letters."""
    return _SLUG.sub("-", bare(document.title)[:200]).strip("-")[:60].strip("-") or "document"


# -- reading back ------------------------------------------------------------------------------------------------------


class Packed:
    """A zip of ours that somebody brings: the documents in it, one after the other, and the pictures beside them. What
    is not as its manifest says is refused, and nothing is read further than it may be long."""

    def __init__(self, packed: ZipFile) -> None:
        self._zip, manifest = packed, _manifest(packed)
        self._listed = {str(one.get("name")): one for one in _dicts(manifest.get("files"))}
        self._documents = _dicts(manifest.get("documents"))
        if len(self._documents) > MOST_DOCUMENTS:
            raise Invalid(f"There are {len(self._documents)} stories in this zip; there can be {MOST_DOCUMENTS}.")

    @property
    def items(self) -> int:
        """How many items there are in all, as the manifest says."""
        return sum(len(_dicts(one.get("items"))) for one in self._documents)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Each document, with the name of its folder."""
        for one in self._documents:
            name = str(one.get("name", ""))
            yield name, read_json(self._read(f"{name}/document.json", MOST_BYTES))

    def picture(self, name: str, url: str, most: int) -> bytes | None:
        """The picture that stood at an address when a document was packed; None where none was."""
        found = next((one.get("pictures") for one in self._documents if one.get("name") == name), None)
        where = found.get(url) if isinstance(found, dict) else None
        return self._read(f"{name}/{where}", most) if isinstance(where, str) else None

    def _read(self, name: str, most: int) -> bytes:
        listed = self._listed.get(name, {})
        size = listed.get("bytes")
        if isinstance(size, int) and size > most:
            raise Invalid(f"{name[:200]} is too large: it has at most {most // 2**20} MB.")
        if name not in self._zip.namelist() or not _matches(self._zip, name, listed):
            raise Invalid(f"{name[:200]} is not what was packed: it was changed or damaged.")
        return self._zip.read(name)


# -- verifying ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a zip turned out to be: how many documents and files, and what is wrong with it, in sentences."""

    documents: int
    files: int
    made: str
    wrong: tuple[str, ...]


def verify(path: Path) -> Verdict:
    """Hold every file of a zip against its manifest; Refused when it is none of ours."""
    try:
        with ZipFile(path) as packed:
            return _verdict(packed, _manifest(packed))
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as wrong:
        raise Refused(f"{path.name} cannot be read as a zip: {wrong}") from None


def _manifest(packed: ZipFile) -> dict[str, Any]:
    names = [one.filename for one in packed.infolist()]
    if len(names) > MOST_FILES or names.count(MANIFEST) != 1 or packed.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise Refused("This zip has no manifest, or not one that Perron wrote.")
    try:
        found = json.decode(packed.read(MANIFEST))
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.get("version") != VERSION:
        raise Refused("This zip has no manifest, or not one that Perron wrote.")
    return found


def _verdict(packed: ZipFile, manifest: dict[str, Any]) -> Verdict:
    listed = {one["name"]: one for one in _dicts(manifest.get("files")) if isinstance(one.get("name"), str)}
    there = Counter(one.filename for one in packed.infolist() if one.filename != MANIFEST)
    wrong = [f"{name} is missing." for name in listed if name not in there]
    wrong += [f"{name} is there, and the manifest does not know it." for name in there if name not in listed]
    wrong += [f"{name} is there more than once." for name in there if there[name] > 1]
    for name in there:
        if name in listed and not _matches(packed, name, listed[name]):
            wrong.append(f"{name} is not what was packed: it was changed or damaged.")
    documents = len(_dicts(manifest.get("documents")))
    return Verdict(documents, len(listed), str(manifest.get("made", "")), tuple(wrong))


def _matches(packed: ZipFile, name: str, listed: dict[str, Any]) -> bool:
    """Whether a file has the size and the hash that were written down; it is read no further than that size."""
    digest, left = hashlib.sha256(), listed.get("bytes")
    if not isinstance(left, int) or packed.getinfo(name).file_size != left:
        return False
    try:
        with packed.open(name) as file:
            while piece := file.read(_AT_ONCE):
                left -= len(piece)
                if left < 0:
                    return False
                digest.update(piece)
    except (BadZipFile, EOFError, OSError, ValueError, RuntimeError):
        return False
    return left == 0 and digest.hexdigest() == listed.get("sha256")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
