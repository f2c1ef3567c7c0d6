"""The media bank: pictures and clips that are kept to publish from. Our own addresses, under `/api/perron/v1`."""

from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, join, speaks
from perron.entities.media import media_entity
from perron.entities.shapes import bank as shapes
from perron.entities.shapes.common import Empty, File, Id
from perron.entities.shapes.statuses import MediaAttachment, Status
from perron.kit.errors import Invalid, NotFound
from perron.kit.time import DAY
from perron.store import Db, Tx
from perron.suite.atelier.bank import boxes, edit, imports, use
from perron.suite.atelier.bank.edit import Changes
from perron.suite.atelier.bank.entities import box_entity, import_entity, item_entities, item_entity, term_entity
from perron.suite.atelier.bank.model import About, Bank, Import, Item, Taken, Wanted
from perron.suite.atelier.bank.queries import bank_of, find_bank, find_item, terms_of, uses_of
from perron.suite.atelier.bank.say import listed
from perron.suite.atelier.bank.search import ORDERS, PAGE, read_place, search_bank
from perron.suite.atelier.bank.take import already_there, put_in, take

UPLOADS, HALF_AN_HOUR = 3000, 1800
TERMS = ("person", "place", "credit", "tag", "album")
_LINES = ("credit", "place", "caption", "alt", "album", "note", "date", "usable_until", "usable_by")


class Said(TypedDict, total=False):
    """What is said of a picture. What is not sent stays as it is."""

    credit: str
    place: str
    people: list[str]
    caption: str
    alt: str
    tags: list[str]
    album: str
    note: str
    date: Annotated[
        str, Meta(description="In words (`c. 1898`, `années 1920`, `12 juin 1911 ?`) or in EDTF; empty: none.")
    ]
    usable_until: Annotated[str, Meta(description="A day, as `2027-12-31`; empty: no end is known.")]
    usable_by: str


class NewItem(Said, total=False):
    """A file to put into the bank. What is not said is taken from what the file says of itself (IPTC, XMP, EXIF)."""

    file: Required[File]


class Sought(TypedDict, total=False):
    """What to look for."""

    q: Annotated[str, Meta(description='Words, `"phrases"`, `-unwanted`.')]
    person: Annotated[str, Meta(description="A name, or how it begins.")]
    place: str
    credit: str
    tag: str
    album: str
    from_year: Annotated[int, Meta(description="The first year that it may be of.")]
    to_year: Annotated[int, Meta(description="The last year that it may be of.")]
    on_day: Annotated[str, Meta(description="Pictures of this day in any year: `06-12`.")]
    undated: bool
    never_used: bool
    usable: Annotated[bool, Meta(description="Only those whose right of use has not ended.")]
    kind: Literal["image", "gifv", "video", "audio"]
    shape: Literal["landscape", "portrait", "square"]
    box_id: Id
    import_id: Id
    order: Annotated[Literal["added", "oldest", "newest"], Meta(description="As they came (newest first), or by date.")]
    after: Annotated[str, Meta(description="`next` of the page before.")]
    limit: int


class Some(TypedDict):
    """Pictures of the bank."""

    ids: list[Id]


class ManyChanges(Said, total=False):
    """What is said anew of several pictures, and names that are added to or taken from theirs."""

    ids: Required[list[Id]]
    add_people: list[str]
    drop_people: list[str]
    add_tags: list[str]
    drop_tags: list[str]


class WhichTerms(TypedDict):
    """What to name."""

    kind: Literal["person", "place", "credit", "tag", "album"]


class NewBox(TypedDict, total=False):
    """A drop-box to open."""

    name: Required[str]
    word: Annotated[str, Meta(description="A word to those who send.")]
    credit: Annotated[str, Meta(description="Put down for all that comes; else the sender's name is.")]
    place: str
    tags: list[str]
    days: Annotated[int, Meta(description="How long it stays open, 7 if not said.")]
    most: Annotated[int, Meta(description="How many files it takes, 100 if not said.")]


class NewImport(Said, total=False):
    """Many files to come: a zip, or how many will be sent one by one. What is said is put down for all of them."""

    file: File
    of: int
    name: str
    captions: Annotated[str, Meta(description="A table (CSV) whose head names its columns; one of them is `file`.")]


class FileOfImport(TypedDict):
    """One file of an import."""

    file: File


@speaks(shapes.Bank)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank"""
    bank = find_bank(db, call.me.id)
    albums = [term_entity(one) for one in terms_of(db, bank, "album")]
    return {"items_count": bank.items_count if bank else 0, "albums": albums}


@speaks(shapes.BankItems, takes=Sought)
def search(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/items"""
    params = call.params
    after = read_place(params.text("after"))
    if params.text("after") and after is None:
        raise Invalid("after is not the next of a page.")
    found = search_bank(db, find_bank(db, call.me.id), _wanted(call), after=after, limit=params.limit(PAGE, 200))
    items = item_entities(call.links, db, found.items, _locale(call))
    return {"items": items, "next": found.next.text if found.next else None}


def _wanted(call: Call) -> Wanted:
    params = call.params
    order, day = params.text("order") or "added", params.text("on_day").replace("-", "")
    if order not in ORDERS or (day and not (day.isascii() and day.isdigit() and len(day) == 4)):
        raise Invalid("This is not one of the choices.")
    return Wanted(
        words=params.text("q"),
        **{name: params.text(name) for name in (*TERMS, "kind", "shape")},
        first_year=_year(call, "from_year"),
        last_year=_year(call, "to_year"),
        day=int(day or 0),
        undated=params.flag("undated"),
        never_used=params.flag("never_used"),
        usable_on=use.today() if params.flag("usable") else 0,
        box_id=max(params.id("box_id") or 0, 0),
        import_id=max(params.id("import_id") or 0, 0),
        order=order,
    )


def _year(call: Call, name: str) -> int | None:
    return max(0, min(9999, call.params.number(name))) if call.params.text(name) else None


@speaks(shapes.BankItem, takes=NewItem)
async def upload(call: Call) -> Answer:
    """POST /api/perron/v1/bank/items"""
    about = About(**_said(call))
    data, declared, name = await _file(call)

    def place(tx: Tx, sent: Any) -> Taken:
        return put_in(tx, bank_of(tx, call.me.id), call.me.id, sent, about, name=name)

    def find(db: Db) -> Item | None:
        return already_there(db, find_bank(db, call.me.id), data)

    taken = await take(call.read, call.write, find, data, place, declared=declared, settings=call.settings)
    return {**await call.read(lambda db: _entity(call, db, taken.item)), "new": taken.is_new}


async def _file(call: Call) -> tuple[bytes, str | None, str]:
    file = call.uploads.get("file")
    if file is None:
        raise Invalid("Validation failed: File can't be blank")
    call.limit("bank", UPLOADS, HALF_AN_HOUR)
    return await file.read(), file.content_type, file.filename or ""


@speaks(shapes.BankItem)
def one(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/items/:id"""
    return _entity(call, db, _item(call, db))


@speaks(shapes.BankItem, takes=Said)
def change(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/bank/items/:id"""
    found = _item(call, tx)
    (made,) = edit.change_items(tx, _own(call, tx), [found.id], Changes(_said(call)))
    return _entity(call, tx, made)


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/bank/items/:id"""
    edit.let_go(tx, _own(call, tx), [_item(call, tx).id])
    return {}


@speaks(list[Status])
def uses(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/items/:id/uses"""
    return join(call.posts(db, uses_of(db, _item(call, db).id)))


@speaks(shapes.BankChanged, takes=ManyChanges)
def change_many(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/bank/items/change"""
    params = call.params
    names = {name: listed(params.texts(name)) for name in ("add_people", "drop_people", "add_tags", "drop_tags")}
    return {"count": len(edit.change_items(tx, _own(call, tx), params.ids("ids"), Changes(_said(call), **names)))}


@speaks(shapes.BankChanged, takes=Some)
def remove_many(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/bank/items/remove"""
    return {"count": edit.let_go(tx, _own(call, tx), call.params.ids("ids"))}


@speaks(list[MediaAttachment], takes=Some)
def use_some(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/bank/items/use"""
    most = call.settings.media_max_files
    made = use.pick(tx, _own(call, tx), call.params.ids("ids"), owner_id=call.me.id, most=most)
    return [media_entity(call.links, each) for each in made]


@speaks(list[shapes.BankTerm], takes=WhichTerms)
def terms(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/terms"""
    kind = call.params.text("kind")
    if kind not in TERMS:
        raise Invalid("This is not one of the choices.")
    return [term_entity(each) for each in terms_of(db, find_bank(db, call.me.id), kind)]


# -- drop-boxes --------------------------------------------------------------------------------------------------------


@speaks(list[shapes.BankBox])
def show_boxes(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/boxes"""
    found = boxes.boxes_of(db, find_bank(db, call.me.id), call.settings)
    return [box_entity(call.links, each) for each in found]


@speaks(shapes.BankBox, takes=NewBox)
def open_box(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/bank/boxes"""
    params = call.params
    made = boxes.open_box(
        tx,
        _own(call, tx),
        call.me.id,
        name=params.text("name"),
        word=params.text("word"),
        credit=params.text("credit"),
        place=params.text("place"),
        tags=tuple(params.texts("tags")),
        lasts=params.number("days", 7) * DAY,
        most=params.number("most", 100),
        settings=call.settings,
    )
    return box_entity(call.links, made)


@speaks(Empty)
def end_box(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/bank/boxes/:id"""
    boxes.end_box(tx, boxes.find_box(tx, _own(call, tx), call.id, call.settings))
    return {}


# -- imports -----------------------------------------------------------------------------------------------------------


@speaks(list[shapes.BankImport])
def show_imports(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/imports"""
    return [import_entity(each) for each in imports.latest_imports(db, find_bank(db, call.me.id))]


@speaks(shapes.BankImport)
def show_import(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/bank/imports/:id"""
    return import_entity(imports.find_import(db, find_bank(db, call.me.id), call.id))


@speaks(shapes.BankImport, takes=NewImport)
async def begin_import(call: Call) -> Answer:
    """POST /api/perron/v1/bank/imports"""
    params, about, locale = call.params, _said(call), _locale(call)
    name = params.text("name")
    if "file" in call.uploads:
        data, _, filename = await _file(call)
        made = await imports.begin_zip_of(call.write, call.me.id, data, name or filename, about, call.settings)
        return import_entity(made)

    def work(tx: Tx) -> Import:
        wanted = max(params.number("of"), 0)
        captions = params.text("captions")
        bank = bank_of(tx, call.me.id)
        return imports.begin_import(
            tx, bank, call.me.id, of=wanted, name=name, about=about, captions=captions, locale=locale
        )

    return import_entity(await call.write(work))


@speaks(shapes.BankImport, takes=FileOfImport)
async def add_to_import(call: Call) -> Answer:
    """POST /api/perron/v1/bank/imports/:id/files"""
    data, declared, name = await _file(call)
    bank = await call.read(lambda db: find_bank(db, call.me.id))
    if bank is None:
        raise NotFound
    await imports.take_one(call.read, call.write, bank, call.id, data, name, declared, call.settings)
    return import_entity(await call.read(lambda db: imports.find_import(db, bank, call.id)))


@speaks(shapes.BankImport)
def cancel_import(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/bank/imports/:id/cancel"""
    bank = _own(call, tx)
    imports.end_import(tx, imports.find_import(tx, bank, call.id), "cancelled")
    return import_entity(imports.find_import(tx, bank, call.id))


# -- what they share ---------------------------------------------------------------------------------------------------


def _own(call: Call, tx: Tx) -> Bank:
    return bank_of(tx, call.me.id)


def _item(call: Call, db: Db) -> Item:
    found = find_item(db, find_bank(db, call.me.id), call.id)
    if found is None:
        raise NotFound
    return found


def _entity(call: Call, db: Db, item: Item) -> dict[str, Any]:
    made = item_entity(call.links, db, item, _locale(call))
    if made is None:
        raise NotFound
    return made


def _locale(call: Call) -> str:
    return "fr" if (call.me.default_language or call.settings.locale).startswith("fr") else "en"


def _said(call: Call) -> dict[str, Any]:
    params = call.params
    found: dict[str, Any] = edit.read_said(
        {name: params.text(name) for name in _LINES if params.has(name)}, _locale(call)
    )
    return found | {name: listed(params.texts(name)) for name in ("people", "tags") if params.has(name)}
