"""A house of two brands in the town: who works there, what waits for a look, what was approved for tomorrow."""

from typing import Any

from perron.demo.load import Loader
from perron.kit.time import DAY, HOUR, now
from perron.people.users import user_as_stored
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.store import Tx
from perron.suite.teams import approve, campaigns, guests, invite, organise, proposals, sponsors
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
ASKED = (
    (5, "karim", "@echo À quelle heure ouvre le pont, lundi ? J’ai une brouette."),
    (3, "bea", "@echo Votre photo du lavoir est de 1931, pas de 1913. Ma grand-mère est dessus."),
    (1, "dirk", "@echo Is the bridge open to bicycles as well?"),
)
"""What people say to the paper, and how many hours ago."""


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
    work_with_others(tx, loader, house, brands[0], hand_in(tx, loader, *brands))
    for hours, name, text in ASKED:
        publish(tx, people[name], Draft(text=text, at=now() - hours * HOUR), tx.settings)


def hand_in(tx: Tx, loader: Loader, paper: int, diary: int) -> int:
    """What the house has to decide about; what was approved."""
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
    return ready


def work_with_others(tx: Tx, loader: Loader, house: int, paper: int, ready: int) -> None:
    """A guest who was asked to write, a campaign that is shown to the town hall, a baker who pays for a post."""
    ada = loader.users["ada"]
    brief = "Le pont vu par celles et ceux qui le traversaient à pied. Quelques lignes suffisent."
    _, code = guests.ask_guest(tx, ada, paper, name="Marguerite Vasseur", brief=brief, posts=2)
    guests.write_as_guest(tx, code, "Je l’ai passé mille fois, un panier au bras. On y parlait plus qu’au marché.")
    text = "Le pont rouvre lundi. Racontez la première fois que vous l’avez passé."
    proposals.propose(tx, ada, house, text, "https://example.org/patrimoine/le-pont")
    shown = campaigns.begin_campaign(tx, ada, house, paper, "Le pont rouvre", "Une semaine autour de la réouverture.")
    campaigns.put_in(tx, ada, shown, campaigns.SUBMISSION, ready)
    campaigns.show_outside(tx, ada, shown, "La mairie")
    one = campaigns.find_campaign(tx, ada, shown)[0]
    campaigns.say_outside(tx, one, ready, "C’est lundi à midi, pas le matin.", name="La mairie")
    baker = {"tie": "sponsor", "tied_to": "Boulangerie Roux", "tied_url": "https://example.org/roux"}
    text = "Le pain du dimanche change de farine : on en goûte samedi sur les marches."
    publish(tx, loader.accounts["echo"], Draft(text=text, language="fr", at=now() - 2 * HOUR, **baker), tx.settings)  # type: ignore[arg-type]
    roux = sponsors.add_sponsor(tx, ada, house, "Boulangerie Roux", baker["tied_url"])
    sponsors.show_sponsor(tx, ada, roux, "Madame Roux")
