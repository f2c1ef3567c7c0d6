"""Every term of art, and what it means in one line: for the glossary, and for a tap on the word itself."""


def _(message: str) -> str:
    """Mark a message for the catalogue."""
    return message


TERMS: dict[str, tuple[str, str]] = {
    "post": (_("post"), _("Words, pictures or both that somebody has put before an audience.")),
    "boost": (_("boost"), _("Showing somebody’s post to those who follow you. Its author is told.")),
    "quote": (_("quoting"), _("A post that carries another one inside, with words of its own.")),
    "favourite": (_("favourite"), _("A sign to the author that you like a post. Others see how many there are.")),
    "bookmark": (_("bookmark"), _("A post that you keep for yourself. Nobody is told.")),
    "reply": (_("reply"), _("A post that answers another and stands below it.")),
    "thread": (_("thread"), _("Posts by one person that follow each other, or a whole conversation.")),
    "mention": (_("mention of somebody"), _("An @ and a name in a post: the person is told, and may read it.")),
    "handle": (_("handle"), _("How an account is called, such as @ada; with the name of its server it is unique.")),
    "tag": (_("tag"), _("A # and a word: it leads to all public posts that bear it.")),
    "via": (
        _("via (credit)"),
        _("Who led you to what you show: they are named under the post, are told, and it is counted."),
    ),
    "poll": (_("poll"), _("A question with a few answers, open until a time that its author sets.")),
    "warning": (_("content warning"), _("A line shown in place of a post, which one opens or leaves closed.")),
    "alt": (_("alt text"), _("A description of a picture or a sound, for those who cannot see or hear it.")),
    "audience": (
        _("audience"),
        _("Whom a post is for: everybody, followers, or only those it mentions."),
    ),
    "public": (_("public"), _("For everybody, also without an account; it stands in the public timeline.")),
    "unlisted": (_("unlisted"), _("For everybody who comes by its address or its author; in no public timeline.")),
    "followers": (_("for followers"), _("Only those who follow the author read it. It cannot be boosted.")),
    "mentioned": (_("for those mentioned"), _("Only the people named in it read it. It is not sealed like a letter.")),
    "home": (_("home"), _("What the people and tags you follow have published, newest first.")),
    "explore": (_("explore"), _("What is said in public on this server, newest first.")),
    "notice": (_("notice"), _("Something that concerns you: an answer, a mention, a boost, somebody new who follows.")),
    "follow": (_("follow"), _("Reading somebody’s posts at home. Some let people in one by one.")),
    "list": (_("list"), _("Some of those you follow, read apart from the others. Nobody sees your lists.")),
    "filter": (_("filter"), _("Words that you do not want to read: posts with them are folded away or left out.")),
    "mute": (_("mute"), _("Reading nothing more from somebody, who is not told.")),
    "block": (_("block"), _("Two accounts that no longer meet: neither reads, follows or answers the other.")),
    "report": (_("report"), _("Showing a post or an account to the moderators, who decide by the rules.")),
    "moderator": (_("moderator"), _("Somebody who sees to it that the rules of this server are kept.")),
    "feed": (_("feed"), _("An address that a feed reader looks at: new posts come to you without an account here.")),
    "passkey": (_("passkey"), _("A key kept by your phone or computer that opens your account without a password.")),
}
"""Each term of art by its anchor: how it is called, and what it means in one line."""
