"""What ambassadors go by: guidelines, pictures to use, a page, the next meeting; and what came of it, without names."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.kit.zones import Wall, read_wall
from perron.media.model import Media
from perron.media.queries import copy_kept, find_media, keep, media_as_stored, remove_kept
from perron.posts.ties import EMPLOYER
from perron.store import Db, Prepared, Tx, const, insert, upsert
from perron.store.tables import brand_roles, kit_pictures, kits, memberships, organisation_members, posts
from perron.suite.teams.journal import note
from perron.suite.teams.organise import within
from perron.suite.teams.proposals import proposing, read_page

KEEPER = "kit"
LONGEST, LONGEST_MEETING, LONGEST_WORDS, MOST_PICTURES = 4000, 300, 1500, 40
DAYS, LEAST = 90, 5
"""Over how many days results are counted, and of how few people nothing is said."""


class Kit(NamedTuple):
    """What ambassadors go by. `wall`, `zone`: when they meet, by the clock of a place; empty: nothing is fixed."""

    guidelines: str = ""
    url: str = ""
    meeting: str = ""
    wall: str = ""
    zone: str = ""

    @property
    def meets(self) -> Wall | None:
        """When they meet."""
        return Wall(self.wall, self.zone) if self.wall else None


class Picture(NamedTuple):
    """A picture to use."""

    id: int
    organisation_id: int
    account_id: int
    description: str
    credit: str


class Results(NamedTuple):
    """What ambassadors published in some days, all together: None where it was too few people to say without naming."""

    people: int
    posts: int | None
    echoes: int | None
    answers: int | None


_COLUMNS = tuple(kits.c[name] for name in Kit._fields)
_FIND = Prepared(select(*_COLUMNS).where(kits.c.organisation_id == bindparam("of_organisation")))
_SET = upsert(kits, "organisation_id", *Kit._fields, key=("organisation_id",))
_PICTURE = tuple(kit_pictures.c[name] for name in Picture._fields)
_OF = kit_pictures.c.organisation_id == bindparam("of_organisation")
_PICTURES = Prepared(select(*_PICTURE).where(_OF).order_by(kit_pictures.c.id))
_ADD = insert(kit_pictures, *Picture._fields)
_REMOVE = Prepared(delete(kit_pictures).where(_OF, kit_pictures.c.id == bindparam("wanted")))
_FORGET = Prepared(delete(kit_pictures).where(kit_pictures.c.account_id == bindparam("of_account")))
_SAID = Prepared(  # on the accounts of people of the organisation that are none of its brands
    select(
        posts.c.author_id, posts.c.replies_count, posts.c.favourites_count, posts.c.boosts_count, posts.c.quotes_count
    )
    .join(memberships, memberships.c.account_id == posts.c.author_id)
    .join(organisation_members, organisation_members.c.user_id == memberships.c.user_id)
    .where(
        organisation_members.c.organisation_id == bindparam("of_organisation"),
        posts.c.id >= bindparam("since"),
        posts.c.boost_of_id.is_(None),
        posts.c.visibility.in_((const("public"), const("unlisted"))),
        posts.c.tie == const(EMPLOYER),
        posts.c.tied_to == bindparam("called"),
        ~select(brand_roles.c.account_id).where(brand_roles.c.account_id == posts.c.author_id).exists(),
    )
    .limit(20_000)
)


def kit_of(db: Db, user_id: int, organisation_id: int) -> Kit:
    """What the ambassadors of an organisation go by."""
    row = db.one(_FIND, of_organisation=within(db, user_id, organisation_id).id)
    return Kit(*row) if row else Kit()


def change_kit(
    tx: Tx, user_id: int, organisation_id: int, guidelines: str, url: str, meeting: str, local: str = "", zone: str = ""
) -> None:
    """Say what ambassadors go by, and when they meet."""
    organisation = proposing(tx, user_id, organisation_id)
    guidelines, meeting = guidelines.replace("\x00", "").strip(), " ".join(meeting.replace("\x00", "").split())
    if len(guidelines) > LONGEST or len(meeting) > LONGEST_MEETING:
        raise Invalid("Guidelines have at most 4000 characters, and what is said of a meeting 300.")
    wall = read_wall(local, zone) if local else Wall("", "")
    made = Kit(guidelines, read_page(url), meeting, wall.local, wall.zone)
    tx.run(_SET, organisation_id=organisation.id, **made._asdict())
    note(tx, organisation.id, user_id, "change_kit")


def pictures_of(db: Db, user_id: int, organisation_id: int) -> list[tuple[Picture, Media]]:
    """The pictures of a kit that are there, with their files."""
    organisation = within(db, user_id, organisation_id)
    found = [Picture(*row) for row in db.all(_PICTURES, of_organisation=organisation.id)]
    shown = [(one, media_as_stored(db, one.id)) for one in found]
    return [(one, media) for one, media in shown if media is not None and media.state != "failed"]


def add_picture(
    tx: Tx, user_id: int, account_id: int, organisation_id: int, media_id: int, description: str, credit: str
) -> None:
    """Put an upload of one's account into the kit; it is kept there."""
    organisation = proposing(tx, user_id, organisation_id)
    if len(tx.all(_PICTURES, of_organisation=organisation.id)) >= MOST_PICTURES:
        raise Invalid("There are forty pictures already. Take one out first.")
    upload = find_media(tx, media_id, owner_id=account_id)
    if upload is None or upload.post_id is not None or upload.keeper:
        raise NotFound("This file is gone, or stands in a post already.")
    description, credit = (" ".join(one.replace("\x00", "").split()) for one in (description, credit))
    if not description or len(description) > LONGEST_WORDS or len(credit) > LONGEST_MEETING:
        raise Invalid("Describe the picture in a few words: some readers cannot see it.")
    keep(tx, upload.id, KEEPER)
    tx.run(_ADD, **Picture(upload.id, organisation.id, account_id, description, credit)._asdict())
    note(tx, organisation.id, user_id, "change_kit")


def take_out(tx: Tx, user_id: int, organisation_id: int, picture_id: int) -> None:
    """Offer a picture no longer; posts that show copies of it go on showing them."""
    organisation = proposing(tx, user_id, organisation_id)
    if not tx.run(_REMOVE, of_organisation=organisation.id, wanted=picture_id):
        raise NotFound
    remove_kept(tx, [picture_id], keeper=KEEPER)
    note(tx, organisation.id, user_id, "change_kit")


def take_along(tx: Tx, user_id: int, organisation_id: int, ids: Sequence[int], *, owner_id: int) -> list[Media]:
    """Copies of pictures, for a post of one's own; nobody is told who took which."""
    offered = {one.id: one for one, _ in pictures_of(tx, user_id, organisation_id)}
    wanted = [offered[one] for one in dict.fromkeys(ids) if one in offered]
    if len(wanted) < len(set(ids)):
        raise NotFound("This picture is offered no more.")
    if len(wanted) > tx.settings.media_max_files:
        raise Invalid(f"Validation failed: A post has at most {tx.settings.media_max_files} files.")
    said = {one.id: f"{one.description} ({one.credit})" if one.credit else one.description for one in wanted}
    return copy_kept(tx, said, keeper=KEEPER, owner_id=owner_id)


def results_of(db: Db, user_id: int, organisation_id: int) -> Results:
    """What ambassadors said of their employer lately, and what became of it: all together, from five people on."""
    organisation = within(db, user_id, organisation_id)
    since = first_id_at(now() - DAYS * DAY)
    rows = db.all(_SAID, of_organisation=organisation.id, since=since, called=organisation.name)
    people = len({row[0] for row in rows})
    if people < LEAST:
        return Results(people, None, None, None)
    return Results(people, len(rows), sum(sum(row[2:]) for row in rows), sum(row[1] for row in rows))


def forget_kit_pictures(tx: Tx, event: dict[str, int]) -> None:
    """After `AccountDeleted`: what was uploaded on it is gone."""
    tx.run(_FORGET, of_account=event["account_id"])
