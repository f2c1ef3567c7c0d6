"""What a living place has beside its talk: quotes, thanks, links, drafts, news, reports and their answers."""

import io
from dataclasses import replace

from PIL import Image, ImageDraw

from perron.demo import scenes as pictures
from perron.demo.load import Loader, first_of
from perron.demo.model import Picture, Town
from perron.demo.stories import tell
from perron.demo.teams import work_together
from perron.entities.site import Site
from perron.kit.time import DAY, HOUR, MINUTE, now
from perron.kit.zones import Wall
from perron.media.emojis import accept_emoji, add_emoji
from perron.media.upload import accept_header
from perron.moderation.allowed import allow
from perron.moderation.announcements import Wish, announce
from perron.moderation.appeal import appeal
from perron.moderation.decide import decide
from perron.moderation.domains import Meeting, meet_domain
from perron.moderation.emails import keep_out_email_domain
from perron.moderation.model import Decision, Moderator
from perron.moderation.networks import block_network
from perron.moderation.reactions import react
from perron.moderation.report import report
from perron.moderation.rules import add_rule, rules
from perron.people.endorse import endorse
from perron.people.gather import About, make_collection
from perron.people.invitations import invite
from perron.people.preferences import change_preferences
from perron.people.profile import Profile, change_profile
from perron.people.queries import add_account, add_membership
from perron.people.relations import related
from perron.posts.cards import card_for, change_card
from perron.posts.drafts import keep_draft
from perron.posts.featured_tags import feature_tag
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.posts.publish_thread import publish_thread
from perron.posts.scheduled import Plan, schedule
from perron.posts.trends_job import recount
from perron.store import Tx
from perron.store.paging import Paging
from perron.suite.atelier.deck.first_sets import Known, first_set
from perron.suite.atelier.deck.keep import make_deck
from perron.suite.atelier.outlets.keep import open_outlet
from perron.suite.atelier.plan.again import begin_series
from perron.suite.atelier.plan.line import put_in, set_up
from perron.suite.atelier.plan.model import Slot
from perron.text.reading import Tag
from perron.timelines.change_filters import FilterDraft, WordChange, make_filter

PARIS = "Europe/Paris"
PAGE = "https://example.org/patrimoine/les-marches"
LINKS = (
    (PAGE, "Neuf siècles de marches", "Comment un parvis est devenu la place où l’on parle."),
    (
        "https://example.org/donnees/territoires",
        "Données et territoires",
        "Le programme de la journée, heure par heure.",
    ),
)


def practise(loader: Loader, town: Town) -> None:
    """Do it all through the verbs that anybody uses."""
    write = loader.site.store.write
    write(lambda tx: talk(tx, loader, town))
    write(lambda tx: keep(tx, loader))
    write(lambda tx: recommend(tx, loader))
    write(lambda tx: run(tx, loader, town))
    write(lambda tx: moderate(tx, loader, town))
    write(lambda tx: work_together(tx, loader))
    write(lambda tx: tell(tx, loader, town))


def talk(tx: Tx, loader: Loader, town: Town) -> None:
    """Quotes, credits, links with a title of one's own, and a thread that came at once."""
    settings, at = loader.site.settings, now()
    people = loader.accounts

    def says(who: str, before: int, text: str, **more: object) -> int:
        return publish(tx, people[who], Draft(text=text, language="fr", at=at - before, **more), settings).id  # type: ignore[arg-type]

    says("ada", 50 * MINUTE, "Je le garde pour ma prochaine chronique.", quote_of=first_of(loader, town, "karim"))
    says("nadia", 70 * MINUTE, "Tout est dit. J’apporte les #fraises.", quote_of=first_of(loader, town, "marche"))
    says("camille", 3 * HOUR, f"À lire avant samedi : {PAGE}", via="helene", card_title="Pourquoi nous parlons dehors")
    says("odile", 65 * MINUTE, "Et moi la crème, pour les #fraises de Nadia.")
    says("rose", 40 * MINUTE, "Des #fraises avant la Saint-Jean : je note la date.")
    says("karim", 4 * HOUR, f"Lu d’une traite, en marchant. {PAGE}")
    says("amina", 5 * HOUR, f"Le programme est paru, la salle est petite. {LINKS[1][0]}", via="karim")
    says("librairie", 6 * HOUR, "Un bandeau bleu, une page cornée : rendu au bon lecteur. :marches:", via="ada")
    thread = (
        "Trois choses apprises en tenant la caisse du marché. 1/3",
        "On revient pour la phrase qu’on vous a dite, pas pour la tomate. 2/3",
        "Et l’on pardonne tout à qui rend la monnaie en souriant. 3/3",
    )
    drafts = [Draft(text=text, language="fr", at=at - 2 * HOUR + n * 1000) for n, text in enumerate(thread)]
    publish_thread(tx, people["nadia"], "market", drafts, settings)


def keep(tx: Tx, loader: Loader) -> None:
    """What ada has begun, and what she would rather not read."""
    ada, user = loader.accounts["ada"], loader.users["ada"]
    begun = ("Il faudrait raconter la nuit où le clocher a sonné treize coups.", "Idée : ce que l’on entend au lavoir.")
    for text in begun:
        keep_draft(tx, user, ada.id, {"parts": [{"text": text}], "visibility": "public", "language": "fr"})
    for hours, text in (
        (20, "Demain, le marché ouvre une heure plus tôt. Les fraises n’attendent pas."),
        (70, "Samedi, on repeint les volets de la place. Venez avec un pinceau."),
    ):
        schedule(tx, ada, Draft(text=text, language="fr"), now() + hours * HOUR, loader.site.settings)
    queue_of_the_week(tx, loader)
    begins = Wall("2026-01-05T08:30", PARIS)
    again = {"tag": "motdulundi", "rule": "FREQ=WEEKLY;BYDAY=MO", "template": "#motdulundi : "}
    begin_series(tx, ada.id, name="Le mot du lundi", begins=begins, **again)
    open_outlet(tx, ada.id, kind="feed", name="Le meilleur de l’escalier", open_=True)
    open_outlet(tx, ada.id, kind="mail", name="La lettre du dimanche", open_=True)
    make_deck(tx, user, ada.id, "Le matin", first_set("blogger", Known("Ada Lavergne", tags=("lecture",))))
    words = (WordChange(keyword="rugby"), WordChange(keyword="divulgâcher"))
    make_filter(tx, ada, FilterDraft("Pas avant d’avoir lu", ("home", "public"), "warn", now() + 30 * DAY, words))
    invite(tx, user, uses=5, hours=24 * 14)
    notebook = add_account(tx, "carnets", kind="brand", language="fr")
    change_profile(tx, notebook, Profile(display_name="Les carnets d’Ada", color="lavender", discoverable=True))
    add_membership(tx, user, notebook.id)


def queue_of_the_week(tx: Tx, loader: Loader) -> None:
    """When ada publishes by the clock of Paris, and what waits for it."""
    ada, user = loader.accounts["ada"], loader.users["ada"]
    change_preferences(tx, user, zone=PARIS)
    set_up(tx, ada.id, zone=PARIS, slots=[Slot(day, at) for day in range(7) for at in (9 * 60 + 30, 18 * 60)])
    for texts in (
        ("Le lavoir rouvre au printemps. On y vient toujours pour parler, plus rarement pour laver.",),
        ("Trois choses vues ce matin, de bas en haut :", "une marche neuve,", "un chat sur la neuvième."),
        ("Qui a encore une photo de la place avant les platanes ? Je prends aussi les floues.",),
    ):
        drafts = tuple(Draft(text=text, language="fr") for text in texts)
        put_in(tx, ada, Plan(drafts, user_id=user), loader.site.settings)


def recommend(tx: Tx, loader: Loader) -> None:
    """Whom, what and which company ada recommends; and where nadia recommends her."""
    people, settings = loader.accounts, loader.site.settings
    ada = people["ada"]
    for _, followed in related(tx, "following", ada.id, Paging(limit=2)):
        endorse(tx, ada, followed)
    for tag in ("lecture", "pluie"):
        feature_tag(tx, ada, Tag(tag, tag))
    pens = About("Bonnes plumes", "Ils écrivent comme on parle sur une marche.", "fr", "lecture")
    make_collection(tx, ada, pens, [people[name].id for name in ("nadia", "helene", "karim", "camille")], settings)
    square = About("Autour de la place", "Qui l’on croise au marché du samedi.", "fr")
    make_collection(tx, people["nadia"], square, [people[name].id for name in ("ada", "karim", "amina")], settings)


def run(tx: Tx, loader: Loader, town: Town) -> None:
    """What the owner has set up: rules, an announcement, emojis, and how another server is met."""
    bruno, settings = loader.accounts["bruno"], loader.site.settings
    for rule in town.rules if not rules(tx, settings) else ():
        add_rule(tx, bruno.id, rule[settings.locale], "", settings)
    told = announce(
        tx, bruno.id, Wish("Dimanche, le serveur déménage d’une étagère : dix minutes de silence vers 7 h.")
    )
    for number, one in enumerate(loader.accounts.values()):
        react(tx, one.id, told.id, "👍👀🙏"[number % 3])
    for name, steps in (("marches", 3), ("perron", 2)):
        add_emoji(tx, name, accept_emoji(drawn(steps), settings=settings), "Saint-Aubry")
    owner = Moderator(loader.users["bruno"], bruno.id, "owner")
    meeting = Meeting("silence", public_comment="Publicité à la chaîne.")
    meet_domain(tx, owner, "spam.example", meeting, here=settings.domain)
    allow(tx, owner, "voisine.example")
    keep_out_email_domain(tx, owner, "jetable.example")
    block_network(tx, owner, "203.0.113.0/24", "sign_up_block", comment="Cinquante inscriptions en une nuit.")


def moderate(tx: Tx, loader: Loader, town: Town) -> None:
    """Two reports that wait, one that was answered, and an appeal."""
    people, settings = loader.accounts, loader.site.settings
    hortense = Moderator(loader.users["hortense"], people["hortense"].id, "moderator")
    first = rules(tx, settings)[0].id
    said = first_of(loader, town, "victor")
    report(tx, people["odile"], people["rugby"].id, settings, category="spam", words="Trois fois la même affiche.")
    report(
        tx, people["rose"], people["victor"].id, settings,
        category="violation", words="Il s’en prend à Paul, pas à ce que Paul écrit.", rules=[first], post_ids=[said],
    )  # fmt: skip
    answered = report(tx, people["zoe"], people["quentin"].id, settings, category="violation", rules=[first])
    decision = Decision(
        "warn", "Vous vous êtes adressé à une personne, pas à son idée. Restons-en aux idées.", (first,),
        report_id=answered.id, closes=(answered.id,),
    )  # fmt: skip
    strike = decide(tx, hortense, people["quentin"].id, decision, settings)
    appeal(tx, people["quentin"], strike.id, "Je citais une pièce de théâtre, la phrase n’est pas de moi.")


def pages(site: Site) -> None:
    """The pages that posts link to, as if they had been read (the demo asks nobody), and what people talk about."""
    picture = accept_header(pictures.draw(Picture("steps", 7, "")), settings=site.settings).file

    def work(tx: Tx) -> None:
        for url, title, description in LINKS:
            page(tx, url, title, description, picture)

    site.store.write(work)
    recount(site.store)


def page(tx: Tx, url: str, title: str, description: str, picture: str) -> None:
    """One page."""
    card = card_for(tx, url)
    assert card is not None
    known = replace(card, state="ready", title=title, description=description, provider="example.org", fetched_at=now())
    change_card(tx, replace(known, image=picture, width=1200, height=800) if url == PAGE else known)


def drawn(steps: int) -> bytes:
    """An emoji: so many steps, as PNG."""
    canvas = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    pen = ImageDraw.Draw(canvas)
    for n in range(steps):
        half, top = 20 + 18 * n, 100 - 28 * (steps - 1 - n) - 24
        pen.rounded_rectangle((64 - half, top, 64 + half, top + 22), 6, fill="#B4690E")
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()
