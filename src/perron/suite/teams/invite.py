"""Ask people into an organisation: by a link that several can use, or by a letter to one."""

import logging
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.mail import Mail, Part, Undeliverable, send
from perron.kit.secrets import fingerprint, new_secret, seal, unseal
from perron.kit.time import DAY, now
from perron.people.invitations import end_code, make_invitation
from perron.people.users import user_as_stored
from perron.store import Db, Prepared, Store, Tx, insert
from perron.store.tables import organisation_invitations
from perron.suite.teams.journal import note
from perron.suite.teams.model import ROLES, Invitation, Organisation, OrganisationInvited
from perron.suite.teams.organise import brand_in, let_speak_as_agreed, ruled
from perron.suite.teams.queries import (
    brand_as_stored,
    change_brand_role,
    change_colleague,
    find_organisation,
    organisation_as_stored,
    roles_in,
)

MOST_USES, LONGEST, MOST_OPEN = 100, 30, 50

log = logging.getLogger(__name__)
_TABLE = organisation_invitations
_COLUMNS = tuple(_TABLE.c[name] for name in Invitation._fields)
_ADD = insert(_TABLE, "id", "organisation_id", "code", "by_id", "email", "role", "roles", "uses_left", "expires_at")
_OPEN = (_TABLE.c.uses_left > 0, _TABLE.c.expires_at > bindparam("at"))
_ALL = Prepared(
    select(*_COLUMNS).where(_TABLE.c.organisation_id == bindparam("of_organisation"), *_OPEN).order_by(_TABLE.c.id)
)
_BY_CODE = Prepared(select(*_COLUMNS).where(_TABLE.c.code == bindparam("hash"), *_OPEN))
_STORED = Prepared(select(*_COLUMNS).where(_TABLE.c.id == bindparam("wanted")))
_USE = Prepared(
    update(_TABLE).where(_TABLE.c.id == bindparam("wanted"), *_OPEN).values(uses_left=_TABLE.c.uses_left - 1)
)
_THIS = (_TABLE.c.id == bindparam("wanted"), _TABLE.c.organisation_id == bindparam("of_organisation"))
_CODE = Prepared(select(_TABLE.c.code).where(*_THIS))
_END = Prepared(delete(_TABLE).where(*_THIS))
_FORGET = Prepared(delete(_TABLE).where(_TABLE.c.expires_at < bindparam("at")))
_WORDS = {
    "fr": {
        "subject": "{} vous invite à travailler avec eux",
        "says": "{} vous invite à rejoindre l’équipe de {} sur {}. Le lien vaut {} jours.",
        "press": "Voir l’invitation",
    },
    "en": {
        "subject": "{} asks you to work with them",
        "says": "{} asks you into the team of {} on {}. The link holds for {} days.",
        "press": "Look at the invitation",
    },
}


def invite(
    tx: Tx,
    user_id: int,
    organisation_id: int,
    *,
    email: str = "",
    role: str = "member",
    roles: dict[int, str] | None = None,
    uses: int = 1,
    days: int = 7,
) -> str:
    """A code by which people join with these roles, in plain text, this once; a letter carries it when there is an
    address, and then it is for one. Who has no account here yet may open one by the same code."""
    organisation, email = ruled(tx, user_id, organisation_id), email.strip().lower()
    _check(tx, organisation, email, role, roles or {}, uses, days)
    code, id_, uses = new_secret(16), new_id(), 1 if email else uses
    tx.run(
        _ADD,
        id=id_,
        organisation_id=organisation.id,
        code=fingerprint(code),
        by_id=user_id,
        email=email,
        role=role,
        roles=json.encode_text({str(one): what for one, what in (roles or {}).items() if what}),
        uses_left=uses,
        expires_at=now() + days * DAY,
    )
    make_invitation(tx, user_id=user_id, uses=uses, hours=days * 24, code=code)
    note(tx, organisation.id, user_id, "invite", label=email, uses=uses, days=days)
    if email:
        emit(tx, OrganisationInvited(id_, seal(tx.settings.data, code, _about(id_))))
    return code


def _check(
    tx: Tx, organisation: Organisation, email: str, role: str, roles: dict[int, str], uses: int, days: int
) -> None:
    if role not in ("owner", "member") or any(what and what not in ROLES for what in roles.values()):
        raise Invalid("This is not one of the roles that there are.")
    if email and ("@" not in email or len(email) > 254 or any(char.isspace() for char in email)):
        raise Invalid("This is not an e-mail address.")
    if not 1 <= uses <= MOST_USES or not 1 <= days <= LONGEST:
        raise Invalid("An invitation is for 1 to 100 people, and for 1 to 30 days.")
    if len(invitations_of(tx, organisation.id)) >= MOST_OPEN:
        raise Invalid("There are fifty open invitations already. End one of them first.")
    for account_id in roles:
        brand_in(tx, organisation, account_id)


def invitations_of(db: Db, organisation_id: int) -> list[Invitation]:
    """The invitations by which people can still come."""
    return [Invitation(*row) for row in db.all(_ALL, of_organisation=organisation_id, at=now())]


def find_invitation(db: Db, code: str) -> tuple[Invitation, Organisation] | None:
    """What a code opens, when it still does."""
    row = db.one(_BY_CODE, hash=fingerprint(code), at=now())
    organisation = organisation_as_stored(db, row[1]) if row else None
    return (Invitation(*row), organisation) if row and organisation else None


def end_invitation(tx: Tx, user_id: int, organisation_id: int, invitation_id: int) -> None:
    """Let nobody come by an invitation any more."""
    organisation = ruled(tx, user_id, organisation_id)
    hashed = tx.value(_CODE, wanted=invitation_id, of_organisation=organisation.id)
    if hashed is None:
        raise NotFound
    end_code(tx, hashed)
    tx.run(_END, wanted=invitation_id, of_organisation=organisation.id)
    note(tx, organisation.id, user_id, "end_invitation")


def accept(tx: Tx, user_id: int, code: str) -> int:
    """Join by an invitation; the organisation. Roles one has already are kept where they are the greater."""
    opened = find_invitation(tx, code)
    if opened is None:
        raise NotFound("This invitation was used up, is too old, or was ended. Ask for another one.")
    one, organisation = opened
    if one.email and one.email != user_as_stored(tx, user_id).email:
        raise NotAllowed("This invitation was sent to another address. Sign in with that one, or ask for another.")
    before = find_organisation(tx, organisation.id, user_id=user_id)
    if before is None or (one.role == "owner" and not before.mine):
        change_colleague(tx, organisation.id, user_id, one.role)
    mine = roles_in(tx, organisation.id).get(user_id, {})
    for account, role in json.decode(one.roles).items():
        brand = brand_as_stored(tx, int(account))
        if brand is None or brand.organisation_id != organisation.id:
            continue
        if brand.account_id not in mine or ROLES.index(role) < ROLES.index(mine[brand.account_id]):
            change_brand_role(tx, organisation.id, brand.account_id, user_id, role)
    if not tx.run(_USE, wanted=one.id, at=now()):
        raise NotFound("This invitation was used up, is too old, or was ended. Ask for another one.")
    if one.uses_left == 1:
        end_code(tx, fingerprint(code))
    let_speak_as_agreed(tx, organisation.id, user_id)
    note(tx, organisation.id, user_id, "join", label=str(user_id))
    return organisation.id


def forget_invitations(tx: Tx) -> None:
    """Invitations that are too old are let go."""
    tx.run(_FORGET, at=now() - LONGEST * DAY)


def mail_invitation(store: Store, event: dict[str, Any]) -> None:
    """After `OrganisationInvited`: write to whom is asked in, when it still stands."""
    settings, id_ = store.settings, event["invitation_id"]
    code = unseal(settings.data, event["sealed"], _about(id_))
    with store.read() as db:
        row = db.one(_STORED, wanted=id_)
        organisation = organisation_as_stored(db, row[1]) if row else None
    if row is None or organisation is None or code is None:
        return
    one = Invitation(*row)
    locale = settings.locale if settings.locale in _WORDS else "fr"
    words, days = _WORDS[locale], max(1, (one.expires_at - now()) // DAY)
    said = words["says"].format(organisation.name, organisation.name, settings.title, days)
    part = Part(said, url=f"{settings.public_origin}/join/{code}", link=words["press"])
    try:
        send(settings, Mail(one.email, words["subject"].format(organisation.name), [part], locale, f"join-{id_}"))
    except Undeliverable as wrong:
        log.warning("The invitation %d is refused for good: %s", id_, wrong)


def _about(invitation_id: int) -> str:
    return f"organisation invitation {invitation_id}"
