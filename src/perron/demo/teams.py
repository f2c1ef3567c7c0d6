"""A house of two brands in the town: who works there, what waits for a look, what was approved for tomorrow."""

from typing import Any

from perron.demo.load import Loader
from perron.kit.time import DAY, HOUR, now
from perron.people.users import user_as_stored
from perron.store import Tx
from perron.suite.teams import approve, invite, organise
from perron.suite.teams.queries import change_brand_role, change_colleague
from perron.suite.teams.submissions import submission_as_stored

HOUSE = "Les Presses de Saint-Aubry"
ROLES = {
    "ada": ("owner", "owner", "editor"),
    "lucien": ("member", "editor", "author"),
    "nadia": ("member", "author", "editor"),
    "fanny": ("member", "analyst", "analyst"),
}
"""In the house, for the paper, for the diary."""
WINNERS = ("Le rugby l’emporte, et la place avec lui.", "Match nul : tout le monde paie sa tournée.")


def work_together(tx: Tx, loader: Loader) -> None:
    """A paper and its diary of the town, several people, and one thing for each state."""
    users, people = loader.users, loader.accounts
    house = organise.found(tx, users["amina"], HOUSE)
    organise.bring_brand(tx, users["amina"], house, people["echo"].id)
    amina = user_as_stored(tx, users["amina"])
    about = {"display_name": "L’Agenda des Marches", "color": "ochre"}
    diary = organise.open_brand(tx, amina, house, "agenda", **about).id
    brands = (people["echo"].id, diary)
    for name, (standing, *roles) in ROLES.items():
        change_colleague(tx, house, users[name], standing)
        for brand, role in zip(brands, roles, strict=True):
            change_brand_role(tx, house, brand, users[name], role)
        organise.let_speak_as_agreed(tx, house, users[name])
    invite.invite(tx, users["amina"], house, roles={diary: "author"}, uses=2)
    hand_in(tx, loader, *brands)


def hand_in(tx: Tx, loader: Loader, paper: int, diary: int) -> None:
    """What the house has to decide about."""
    users = loader.users

    def hands_in(who: str, brand: int, text: str, **how: Any) -> int:
        body = {"parts": [{"text": text}], "visibility": "public", "language": "fr"}
        return approve.submit(tx, users[who], brand, body, **how)

    opens = hands_in("lucien", diary, "Samedi à 10 h, visite du clocher. On monte à six, prenez date.", due=now() + DAY)
    approve.comment(tx, users["nadia"], opens, "Le bedeau dit cinq, pas six.", inside=True)
    ready = hands_in("nadia", paper, "La une de demain : le pont rouvre lundi.", due=now() + 15 * HOUR)
    one = submission_as_stored(tx, ready)
    assert one is not None
    approve.approve(tx, users["lucien"], ready, approve.print_of(tx, one))
    for text in WINNERS:
        hands_in("nadia", paper, text, bundle="Après le match")
