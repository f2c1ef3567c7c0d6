"""Whoever cannot come in is told by mail; without a mail server mails are files that a test can read."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from perron.moderation.admit import approve
from perron.moderation.appeal import appeal, grant, refuse
from perron.moderation.decide import lift, undo
from perron.moderation.model import Moderator
from perron.people.model import Account
from perron.people.standing import delete_account

from .conftest import Village


def mails(village: Village) -> list[tuple[str, str, str]]:
    """(to, subject, text) of each mail, in the order of their writing."""
    village.run_jobs()
    found = []
    for path in sorted((village.settings.data / "mail").glob("*"), key=lambda one: one.stat().st_mtime_ns):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        assert body is not None
        found.append((str(message["to"]), str(message["subject"]), body.get_content()))
    return found


def test_who_is_shut_out_learns_why_by_mail_and_when_they_may_come_back(
    village: Village, ada: Account, mona: Moderator
) -> None:
    strike = village.decide(mona, ada, "suspend", text="Trop de tapis.", rules=(1, 2))
    [(to, subject, text)] = mails(village)
    assert to == "ada@example.org" and "suspendu" in subject
    assert "Trop de tapis." in text and "No advertising." in text and "/standing" in text
    assert "mona" not in text

    village.store.write(lambda tx: undo(tx, mona, strike.id))
    assert "revenir" in mails(village)[-1][1]


def test_a_mail_that_is_no_longer_true_is_not_sent(village: Village, ada: Account, mona: Moderator) -> None:
    for action in ("disable", "suspend"):
        village.decide(mona, ada, action)
        village.store.write(lambda tx, action=action: lift(tx, mona, ada.id, action))
        village.decide(mona, ada, action)
    village.store.write(lambda tx: delete_account(tx, ada))
    assert mails(village) == []


def test_what_can_be_read_as_a_notice_is_not_mailed(village: Village, ada: Account, mona: Moderator) -> None:
    village.decide(mona, ada, "warn")
    strike = village.decide(mona, ada, "limit")
    made = village.store.write(lambda tx: appeal(tx, ada, strike.id, "No."))
    village.store.write(lambda tx: refuse(tx, mona, made.id, "Yes."))
    assert mails(village) == []


def test_an_appeal_of_who_is_shut_out_is_answered_by_mail(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    for who in (ada, dirk):
        strike = village.decide(mona, who, "disable")
        made = village.store.write(lambda tx, who=who, id_=strike.id: appeal(tx, who, id_, "No."))
        if who is ada:
            village.store.write(lambda tx, id_=made.id: refuse(tx, mona, id_, "It was an advertisement."))
        else:
            village.store.write(lambda tx, id_=made.id: grant(tx, mona, id_))
    found = {(to, subject) for to, subject, _ in mails(village)}
    assert {subject for to, subject in found if to == "ada@example.org"} >= {"Votre recours a été rejeté"}
    assert any("revenir" in subject for to, subject in found if to == "dirk@example.org")
    assert any("It was an advertisement." in text for _, _, text in mails(village))


def test_who_waited_is_told_that_they_may_come_in(village: Village, mona: Moderator) -> None:
    ines = village.person("ines", state="pending")
    village.store.write(lambda tx: approve(tx, mona, ines.id))
    [(to, subject, text)] = mails(village)
    assert to == "ines@example.org" and subject.startswith("Bienvenue") and "@ines" in text
