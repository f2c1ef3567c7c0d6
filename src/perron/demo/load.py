"""Moves the people of a town in: everything they said and did goes through the same verbs as anybody's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from perron.demo import scenes as pictures
from perron.demo.model import (
    Bookmark,
    Boost,
    Favourite,
    Follow,
    FollowedTag,
    Membership,
    PeopleList,
    Person,
    Pin,
    Poll,
    Saying,
    Town,
    Vote,
)
from perron.entities.site import Site
from perron.media.upload import Accepted, Face, accept, accept_avatar, accept_header
from perron.media.upload import add as add_media
from perron.people.follow import follow
from perron.people.model import Account
from perron.people.profile import COLORS, Profile, change_profile
from perron.people.queries import add_account, add_membership
from perron.people.relations import Following
from perron.people.users import add_user
from perron.posts.boost import boost
from perron.posts.favourite import bookmark, favourite, pin
from perron.posts.model import Draft, PollDraft
from perron.posts.polls import vote
from perron.posts.publish import publish
from perron.store import Tx
from perron.text.reading import Tag
from perron.text.tags import fold
from perron.timelines.lists import add_members, make_list
from perron.timelines.tag_follows import follow_tag

T = TypeVar("T")
BATCH = 100
Progress = Callable[[str, int, int], None]


def move_in(site: Site, town: Town, password_hash: str, progress: Progress) -> "Loader":
    """Fill an empty server with a town; `progress(what, done, all)` is called as it goes."""
    loader = Loader(site, password_hash, progress)
    loader.people(town)
    loader.each("follows", town.follows, loader.follow)
    loader.sayings(town.sayings)
    loader.each("boosts", town.boosts, loader.boost)
    loader.each("favourites", town.favourites, loader.favourite)
    loader.each("votes", town.votes, loader.vote)
    loader.each("bookmarks", town.bookmarks, loader.bookmark)
    loader.each("pins", town.pins, loader.pin)
    loader.each("lists", town.lists, loader.list)
    loader.each("tags", town.followed_tags, loader.tag)
    return loader


def ms(when: datetime) -> int:
    """Milliseconds since 1970."""
    return int(when.timestamp() * 1000)


class Loader:
    """Remembers who and what has moved in already."""

    def __init__(self, site: Site, password_hash: str, progress: Progress) -> None:
        self.site, self.password_hash, self.progress = site, password_hash, progress
        self.accounts: dict[str, Account] = {}
        self.users: dict[str, int] = {}
        self.posts: list[int] = []

    def each(self, what: str, items: Sequence[T], does: Callable[[Tx, T], Any]) -> None:
        """Do all items, a hundred a transaction."""
        for start in range(0, len(items), BATCH):
            some = items[start : start + BATCH]
            self.site.store.write(lambda tx, some=some: [does(tx, item) for item in some])  # type: ignore[misc]
            self.progress(what, start + len(some), len(items))

    def people(self, town: Town) -> None:
        """Everybody, with their pictures."""
        roles = dict.fromkeys(town.moderators, "moderator") | dict.fromkeys(town.administrators, "owner")
        for done, person in enumerate(town.people, 1):
            avatar = accept_avatar(pictures.avatar(person), settings=self.site.settings)
            header = accept_header(pictures.header(person), settings=self.site.settings)
            role = roles.get(person.username, "user")
            self.site.store.write(
                lambda tx, person=person, role=role, avatar=avatar, header=header: self.person(  # type: ignore[misc]
                    tx, person, role, avatar, header
                )
            )
            self.progress("people", done, len(town.people))
        self.each("memberships", town.memberships, self.membership)

    def person(self, tx: Tx, person: Person, role: str, avatar: Face, header: Face) -> None:
        """Somebody and their account."""
        name, born_at = person.username, ms(person.joined)
        user = add_user(tx, f"{name}@example.org", self.password_hash, locale=person.locale, role=role)
        account = add_account(tx, name, kind=person.kind, language=person.locale, born_at=born_at)
        add_membership(tx, user.id, account.id)
        changes = Profile(
            display_name=person.name,
            note=person.bio,
            fields=list(person.fields),
            avatar=avatar.file,
            avatar_still=avatar.still,
            header=header.file,
            header_still=header.still,
            color=COLORS[sum(name.encode()) % len(COLORS)],
            locked=person.locked,
            discoverable=True,
            indexable=True,
        )
        change_profile(tx, account, changes)
        self.accounts[name], self.users[name] = account, user.id

    def membership(self, tx: Tx, one: Membership) -> None:
        """Somebody may act for a brand."""
        add_membership(tx, self.users[one.who], self.accounts[one.brand].id, one.role)

    def follow(self, tx: Tx, one: Follow) -> None:
        """Follow, or ask to; a request that was answered long ago is let in."""
        from perron.people.follow import accept as let_in

        who, whom = self.accounts[one.who], self.accounts[one.whom]
        follow(tx, who, whom.id, Following(), self.site.settings)
        if whom.locked and not one.pending:
            let_in(tx, whom, who.id)

    def sayings(self, sayings: Sequence[Saying]) -> None:
        """All posts, in the order of time."""
        for done, saying in enumerate(sayings, 1):
            files = [accept(pictures.draw(one), declared=None, settings=self.site.settings) for one in saying.pictures]
            self.posts.append(
                self.site.store.write(lambda tx, saying=saying, files=files: self.say(tx, saying, files))  # type: ignore[misc]
            )
            self.progress("posts", done, len(sayings))

    def say(self, tx: Tx, saying: Saying, files: list[Accepted]) -> int:
        """One post, with its pictures and its poll."""
        author = self.accounts[saying.author]
        media = [
            add_media(tx, author.id, one, description=picture.alt).id
            for one, picture in zip(files, saying.pictures, strict=True)
        ]
        draft = Draft(
            text=saying.text,
            visibility=saying.visibility,
            reply_to=None if saying.reply_to is None else self.posts[saying.reply_to],
            warning=saying.warning or "",
            language=saying.language,
            media=tuple(media),
            poll=self.poll(saying.poll, saying.at),
            at=ms(saying.at),
        )
        return publish(tx, author, draft, self.site.settings).id

    def poll(self, poll: Poll | None, at: datetime) -> PollDraft | None:
        """A poll in the words of posts."""
        return None if poll is None else PollDraft(poll.options, ms(poll.ends) - ms(at), poll.multiple)

    def boost(self, tx: Tx, one: Boost) -> None:
        """Show a post to one's followers."""
        boost(tx, self.accounts[one.who], self.posts[one.post], at=ms(one.at))

    def favourite(self, tx: Tx, one: Favourite) -> None:
        """Like a post."""
        favourite(tx, self.accounts[one.who], self.posts[one.post], at=ms(one.at))

    def vote(self, tx: Tx, one: Vote) -> None:
        """Answer a poll, when it was open."""
        vote(tx, self.accounts[one.who], self.posts[one.post], list(one.choices), at=ms(one.at))

    def bookmark(self, tx: Tx, one: Bookmark) -> None:
        """Keep a post for oneself."""
        bookmark(tx, self.accounts[one.who], self.posts[one.post])

    def pin(self, tx: Tx, one: Pin) -> None:
        """Show a post at the top of one's profile."""
        pin(tx, self.accounts[one.who], self.posts[one.post])

    def list(self, tx: Tx, one: PeopleList) -> None:
        """Read a few people together."""
        owner = self.accounts[one.owner]
        made = make_list(tx, owner, one.title)
        add_members(tx, owner, made.id, [self.accounts[name].id for name in one.members])

    def tag(self, tx: Tx, one: FollowedTag) -> None:
        """Follow a tag."""
        follow_tag(tx, self.accounts[one.who], Tag(one.tag, fold(one.tag)))


def first_of(loader: Loader, town: Town, author: str) -> int:
    """The newest public post of somebody that answers nobody."""
    return next(
        post
        for post, saying in reversed([*zip(loader.posts, town.sayings, strict=True)])
        if saying.author == author and saying.visibility == "public" and saying.reply_to is None
    )
