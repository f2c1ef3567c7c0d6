"""Why something was refused, said to people: rooms speak as apps expect it, pages as one would say it."""

import re

from perron.web.words import Words


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


_SAID = [
    (r"This action is not allowed(?:: you cannot follow yourself)?", _("This cannot be done between you two.")),
    (r"Validation failed: Text can't be blank\..*", _("A post needs words or a picture.")),
    (
        r"Validation failed: Text character limit of (?P<limit>\d+) exceeded\. This one has (?P<size>\d+)\.",
        _("This post has %(size)s characters; the limit is %(limit)s. Your words were kept."),
    ),
    (r"Validation failed: A post has at most (?P<most>\d+) files\.", _("A post has at most %(most)s files.")),
    (r"Validation failed: A post has either .*", _("A post has either a poll or files, not both.")),
    (r"Validation failed: A poll has 2 to (?P<most>\d+) options\.", _("A poll has 2 to %(most)s answers.")),
    (
        r"Validation failed: Each option has 1 to (?P<most>\d+) characters\.",
        _("Each answer of a poll has 1 to %(most)s characters."),
    ),
    (r"Validation failed: Options must be different.*", _("The answers of a poll must differ from each other.")),
    (r"Validation failed: A poll lasts .*", _("A poll lasts from 5 minutes to 31 days.")),
    (r"Validation failed: Language is not .*", _("This is not a language code such as fr or en.")),
    (
        r"Validation failed: \w+(?:(?: approval)? policy)? is not included in the list",
        _("This is not one of the choices."),
    ),
    (r"Validation failed: A post can be edited (?P<most>\d+) times\.", _("A post can be changed %(most)s times.")),
    (r"Validation failed: Posts that are only visible .*", _("A post for those it mentions cannot be pinned.")),
    (r"Validation failed: Someone else's post .*", _("You can pin your own posts only.")),
    (
        r"Validation failed: You have already pinned (?P<most>\d+) posts",
        _("You have pinned %(most)s posts already. Take one down first."),
    ),
    (r"Validation failed: You cannot vote in your own poll", _("You cannot vote in your own poll.")),
    (r"Validation failed: The poll has already ended", _("This poll has ended.")),
    (r"Validation failed: You have already voted on this poll", _("You have voted in this poll already.")),
    (r"Validation failed: There is no such option .*", _("Please choose an answer first.")),
    (r"Validation failed: This poll takes one choice", _("This poll takes one answer.")),
    (
        r"Validation failed: Display name is too long \(maximum is (?P<most>\d+) characters\)",
        _("A name has at most %(most)s characters."),
    ),
    (
        r"Validation failed: Note is too long \(maximum is (?P<most>\d+) characters\)",
        _("What you say of yourself has at most %(most)s characters."),
    ),
    (r"Validation failed: A profile has at most (?P<most>\d+) fields", _("A profile has at most %(most)s lines.")),
    (
        r"Validation failed: A field is too long \(maximum is (?P<most>\d+) characters\)",
        _("Each line of a profile has at most %(most)s characters."),
    ),
    (
        r"You follow (?P<n>\d+) accounts\. The limit for you is (?P<limit>\d+);.*",
        _("You follow %(n)s accounts. The limit for you is %(limit)s; it grows with your followers."),
    ),
    (
        r"You have followed many accounts in a short time\. .*",
        _("You have followed many accounts in a short time. Please go on later; whom you follow stays."),
    ),
    (
        r"Comments on this story closed on (?P<day>[\d-]+)\. You can still quote it\.",
        _("Comments on this story closed on %(day)s. You can still quote it."),
    ),
    (r"A caption has at most (?P<most>\d+) characters\.", _("A caption has at most %(most)s characters.")),
    (r"A drop-box takes 1 to (?P<most>\d+) files\.", _("A drop-box takes 1 to %(most)s files.")),
    (
        r"A line about a picture has at most (?P<most>\d+) characters\.",
        _("A line about a picture has at most %(most)s characters."),
    ),
    (
        r"A picture has at most (?P<most>\d+) people and \d+ tags\.",
        _("A picture has at most %(most)s people and as many tags."),
    ),
    (
        r"An import has at most (?P<most>\d+) files\. Make several of it\.",
        _("An import has at most %(most)s files. Make several of it."),
    ),
    (
        r"At most (?P<most>\d+) pictures can be (?:changed|taken along) at once\.",
        _("At most %(most)s pictures can be taken at once."),
    ),
    (
        r"The right to use (?P<name>.+) ended on (?P<day>[\d-]+)\.",
        _("The right to use %(name)s ended on %(day)s."),
    ),
    (
        r"There are (?P<most>\d+) open drop-boxes already\. Close one first\.",
        _("There are %(most)s open drop-boxes already. Close one first."),
    ),
    (r"A description has at most (?P<most>\d+) characters\.", _("A description has at most %(most)s characters.")),
    (r"A focus is .*", _("This is not a point in a picture.")),
    (r"This (?:file|picture) is larger than (?P<most>\d+) MB\.", _("This file is larger than %(most)s MB.")),
    (
        r"This picture is (?P<width>\d+) by (?P<height>\d+); at most (?P<most>[\d.e+]+) million pixels are taken\.",
        _("This picture is %(width)s by %(height)s; at most %(most)s million pixels are taken."),
    ),
    (
        r"This clip is (?P<width>\d+) by (?P<height>\d+); .*",
        _("This clip is %(width)s by %(height)s; at most 7680 by 4320 is taken."),
    ),
    (r"This is longer than (?P<most>\d+) hours\.", _("This is longer than %(most)s hours.")),
    (r"This file is not what it is said to be .*", _("This file is not what its name says.")),
    (r"This file is empty\.|This picture is empty\.", _("This file is empty.")),
    (
        r"This kind of file .*|This is not a picture .*|This is not a clip .*|There is neither picture nor sound .*",
        _("This kind of file cannot be shown here. Pictures (JPEG, PNG, WebP, AVIF, GIF), clips and sounds can."),
    ),
    (
        r"This (?:picture|file) cannot be read; it may be damaged\.|This file takes too long to read\.|"
        r"This JPEG has too many layers\.|This animation is too long or too large\.|"
        r"This media could not be read and cannot be attached\.",
        _("This file cannot be read; it may be damaged."),
    ),
    (r"This server takes no clips and no sounds\.", _("This server takes no clips and no sounds.")),
    (
        r"Cannot attach files that have not finished processing\..*",
        _("Your file is still being prepared. It was kept: publish again in a moment."),
    ),
    (
        r"There is no such media .*|This media .*",
        _("One of the files is no longer there, or stands in another post already."),
    ),
    (
        r"Record not found: a list holds accounts that you follow\.",
        _("A list holds accounts that you follow. Follow this one first."),
    ),
    # what one recommends
    (
        r"Validation failed: You must be already following the person you want to endorse",
        _("You can recommend on your profile whom you follow. Follow this account first."),
    ),
    (
        r"Validation failed: A profile shows at most (?P<most>\d+) tags\. .*",
        _("A profile shows at most %(most)s tags. Take one off first."),
    ),
    (
        r"Validation failed: You have (?P<most>\d+) collections already, .*",
        _("You have %(most)s collections already, the most there are. Remove one first."),
    ),
    (r"Validation failed: Name can't be blank", _("A collection needs a name.")),
    (
        r"Validation failed: Name is too long \(maximum is (?P<most>\d+) characters\)",
        _("The name of a collection has at most %(most)s characters."),
    ),
    (
        r"Validation failed: Description is too long \(maximum is (?P<most>\d+) characters\)",
        _("What a collection says has at most %(most)s characters."),
    ),
    (r"Validation failed: Tag is invalid", _("A tag is one word of letters and digits, and not of digits alone.")),
    (r"Validation failed: There is no such account here\.", _("There is no such account here.")),
    (
        r"Validation failed: @(?P<who>\S+) does not wish to be in this collection\.",
        _("@%(who)s has left this collection, and cannot be put back into it."),
    ),
    (
        r"Validation failed: @(?P<who>\S+) does not let you .*",
        _("@%(who)s does not let you recommend them in collections."),
    ),
    (
        r"Validation failed: A collection holds at most (?P<most>\d+) accounts\.",
        _("A collection holds at most %(most)s people. Take somebody out first."),
    ),
    # what the owner decides
    (r"\w+ \(page\): .* is none of .*", _("This is not one of the choices.")),
    (r"\w+ \(page\): .* is not a whole number\.", _("This is not a whole number.")),
    (r"\w+ \(page\): .* is less than (?P<least>\d+)\.", _("This must be %(least)s at least.")),
    (r"\w+ \(page\): .* is more than (?P<most>\d+)\.", _("This can be %(most)s at most.")),
    (r"This has at most (?P<most>\d+) characters\.", _("This has at most %(most)s characters.")),
    (r"A server has at most (?P<most>\d+) rules\.", _("A server has at most %(most)s rules.")),
    (r"A rule has at most (?P<most>\d+) characters\.", _("A rule has at most %(most)s characters.")),
    (
        r"The explanation of a rule has at most (?P<most>\d+) characters\.",
        _("The explanation of a rule has at most %(most)s characters."),
    ),
    (r"An announcement has at most (?P<most>\d+) characters\.", _("An announcement has at most %(most)s characters.")),
    (r"The picture of an emoji has at most (?P<most>\d+) kB\.", _("The picture of an emoji has at most %(most)s kB.")),
    (r"A category has at most (?P<most>\d+) characters\.", _("A category has at most %(most)s characters.")),
    (r"An invitation is for 1 to (?P<most>\d+) people\.", _("An invitation is for 1 to %(most)s people.")),
    (r"An invitation holds for (?P<most>\d+) days at most\.", _("An invitation holds for %(most)s days at most.")),
    (
        r"You have (?P<most>\d+) open invitations already\. .*",
        _("You have %(most)s open invitations already. End one of them first."),
    ),
    (r"Record not found(?::.*)?", _("There is nothing here, or nothing that is for you to see.")),
    # moving and profiles
    (
        r"This is the account itself\. Give the name of another one\.",
        _("This is the account itself. Give the name of another one."),
    ),
    (r"An account has at most (?P<most>\d+) other names\.", _("An account has at most %(most)s other names.")),
    (
        r"Validation failed: Attribution domains: each .*",
        _("Each line is the name of a site, such as example.org."),
    ),
    (
        r"Validation failed: Attribution domains: at most (?P<most>\d+) .*",
        _("At most %(most)s sites can be named."),
    ),
    # writing
    (
        r"The server has more to write than it can at the moment\. .* in (?P<after>\d+) seconds\.",
        _("Many people write at once, and yours has to wait. Nothing was changed; send it again in %(after)s seconds."),
    ),
    (
        r"There are (?P<most>\d+) drafts already\..*",
        _("There are %(most)s drafts already. Publish or remove one to begin another."),
    ),
    (r"This draft is larger than .*", _("This draft is too large to be kept.")),
    (r"Validation failed: A thread has at most (?P<most>\d+) posts\.", _("A thread has at most %(most)s posts.")),
    (
        r"Validation failed: Card title has at most (?P<most>\d+) characters\.",
        _("A title has at most %(most)s characters."),
    ),
    (
        r"Validation failed: Via names nobody .*",
        _("Nobody of that name is known here. Nobody can be thanked by it."),
    ),
    (r"Validation failed: Via is for .*", _("Your own name is on the post already; thank somebody else.")),
    (
        r"Validation failed: Scheduled at must be at least 5 minutes .*",
        _("Choose a moment at least five minutes from now. Nothing was published, and your words were kept."),
    ),
    (
        r"Validation failed: This moment is over\..*",
        _("This moment is over. Choose one to come; nothing was published, and your words were kept."),
    ),
    (
        r"A note to yourself has at most (?P<most>\d+) characters\.",
        _("A note to yourself has at most %(most)s characters."),
    ),
    (r"A table has at most (?P<most>\d+) posts\.", _("A table has at most %(most)s posts.")),
    (r"A week has at most (?P<most>\d+) slots\.", _("A week has at most %(most)s slots.")),
    (
        r"There are (?P<most>\d+) series already\..*",
        _("There are %(most)s series already. End one to begin another."),
    ),
    (
        r"There are (?P<most>\d+) events already\..*",
        _("There are %(most)s events already. Remove one to add another."),
    ),
    (
        r"You can speak as (?P<most>\d+) further accounts at once\. .*",
        _("You can speak as %(most)s further accounts at once. Nothing was published."),
    ),
    (r"A template has at most (?P<most>\d+) characters\.", _("A template has at most %(most)s characters.")),
    *(
        (re.escape(said), said)
        for said in (
            _("One of the accounts you chose is gone, or you speak for it no longer. Nothing was published."),
            _("This is not a time of the week."),
            _("Write times such as 09:30, with commas between them."),
            _("There are no slots yet. Say first at which times of the week your queue publishes."),
            _("No slot is free. Add slots to your week, or choose a time yourself."),
            _("The queue has changed meanwhile. Look at it again."),
            _("This no longer waits in the queue."),
            _("There are fewer slots than things that wait. Add slots to your week first."),
            _("This is a number from 0 to 50."),
            _("This is not a rule such as FREQ=WEEKLY;BYDAY=MO. It comes daily, weekly or monthly."),
            _("A series comes at least once in 52 days, weeks or months."),
            _("This series is gone, or belongs to somebody else."),
            _("This is still the template of the series. Write what it is about this time."),
            _("A series needs a name of at most 80 characters."),
            _("An event needs a name of at most 120 characters."),
            _("An event ends on the day on which it begins or later, within 400 days."),
            _("A preparation takes from 0 to 52 weeks."),
            _("This event is gone, or belongs to somebody else."),
            _("This is not a day such as 2026-06-12."),
        )
    ),
    (r"A file can stand in one post only\.", _("A file can stand in one post only.")),
    (r"Its time passed while it was held back\..*", _("Its time passed while it was held back.")),
    (r"This is held back\. Let it go on first\.", _("This is held back. Let it go on first.")),
    (
        r"This was changed elsewhere meanwhile\. Nothing was overwritten\.",
        _("This was changed elsewhere meanwhile. Nothing was overwritten."),
    ),
    (
        r"Validation failed: Scheduled at must be within ten years.*|This year is out of reach\.",
        _("Choose a moment within the next ten years."),
    ),
    (
        r"Validation failed: You have (?P<most>\d+) posts planned already.*",
        _("You have planned %(most)s posts already. Cancel one to plan another."),
    ),
    (
        r"Validation failed: You have (?P<most>\d+) posts planned for .*",
        _("You have planned %(most)s posts for this day already. Choose another day."),
    ),
    (
        r"Validation failed: A post for those it mentions must name .*",
        _("A post for those it mentions must name the author of the post it quotes."),
    ),
    (
        r"This server cannot translate from .*",
        _("The server that translates does not know this pair of languages."),
    ),
    (r"Only a clip or a sound .*", _("Only a clip or a sound can have another picture stand for it.")),
    (
        r"Validation failed: Title must have 1 to (?P<most>\d+) characters",
        _("The title of a list has 1 to %(most)s characters."),
    ),
    (r"Validation failed: Account has already been taken", _("This account is in the list already.")),
    (
        r"Validation failed: One has at most (?P<most>\d+) lists",
        _("You have %(most)s lists already. Remove one first."),
    ),
    (r".* is not a valid replies_policy", _("Choose whose answers the list shows.")),
    (r"Validation failed: Name is not a recognized emoji", _("This is not an emoji that can be shown here.")),
    (
        r"Validation failed: Limit of different reactions reached",
        _("There are enough different reactions here; please choose one of them."),
    ),
    (r"Validation failed: Title can't be blank", _("A filter needs a name.")),
    (
        r"Validation failed: Title is too long \(maximum is (?P<most>\d+) characters\)",
        _("The name of a filter has at most %(most)s characters."),
    ),
    (
        r"Validation failed: Context None or invalid context supplied",
        _("Choose at least one place where the filter holds."),
    ),
    (r"Validation failed: Keywords keyword can't be blank", _("A line for a word is empty.")),
    (
        r"Validation failed: Keywords keyword is too long \(maximum is (?P<most>\d+) characters\)",
        _("A word of a filter has at most %(most)s characters."),
    ),
    (
        r"Validation failed: One has at most (?P<most>\d+) filters",
        _("You have %(most)s filters already. Remove one first."),
    ),
    (r"Validation failed: A filter has at most (?P<most>\d+) words", _("A filter has at most %(most)s words.")),
    (r"Validation failed: Domain is that of this server", _("This is the server you are on.")),
    (
        r"Validation failed: Domain is not a domain name such as example\.org",
        _("This is not the name of a server, such as example.org."),
    ),
    # moderation
    (r"This action is not allowed: you cannot report yourself", _("You cannot report yourself.")),
    (
        r"Validation failed: Comment is too long \(maximum is (?P<most>\d+) characters\)",
        _("What you say has at most %(most)s characters. Your words were kept."),
    ),
    (
        r"Validation failed: Rules does not reference valid rules",
        _("This rule is no longer in force. Please choose again."),
    ),
    (
        r"What you tell this person has at most (?P<most>\d+) characters\.",
        _("What you tell this person has at most %(most)s characters."),
    ),
    (r"A comment has at most (?P<most>\d+) characters\.", _("A comment has at most %(most)s characters.")),
    (r"A note has at most (?P<most>\d+) characters\.", _("A note has at most %(most)s characters.")),
    (
        r"Validation failed: (?:Domain|Canonical email hash) has already been taken",
        _("This is on the list already."),
    ),
    (
        r"Validation failed: Ip is not an address such as .*",
        _("This is no address such as 203.0.113.7, and no network such as 203.0.113.0/24."),
    ),
    (r"Validation failed: Ip has already been taken", _("Something holds for this network already. Change that.")),
    (
        r"Validation failed: Ip is the network from which you come.*",
        _("You come from this network yourself: you would shut yourself out."),
    ),
    (r"Validation failed: Severity can't be blank", _("This is not one of the choices.")),
    (
        r"One can appeal within (?P<days>\d+) days\. That time has passed\.",
        _("One can appeal within %(days)s days. That time has passed."),
    ),
    (
        r"An appeal has at most (?P<most>\d+) characters\.",
        _("An appeal has at most %(most)s characters. Your words were kept."),
    ),
    (r"The name of a deck has at most (?P<most>\d+) .*", _("The name of a deck has at most %(most)s characters.")),
    (
        r"A deck has at most (?P<most>\d+) columns\. .*",
        _("A deck has at most %(most)s columns. Take one out, or begin another deck."),
    ),
    (
        r"There are (?P<most>\d+) decks already\. .*",
        _("There are %(most)s decks already. Remove one to begin another."),
    ),
    (
        r"The title of a column has at most (?P<most>\d+) .*",
        _("The title of a column has at most %(most)s characters."),
    ),
    # stories
    (
        r"A story has at most (?P<most>\d+) items\. .*",
        _("A story has at most %(most)s items. Begin another one for the rest, and link to it."),
    ),
    (
        r"Write 1 to (?P<most>\d+) searches, .*",
        _("Write 1 to %(most)s searches, each on a line of its own."),
    ),
    (r"The title of a story has at most (?P<most>\d+) .*", _("The title of a story has at most %(most)s characters.")),
    (
        r"The subtitle of a story has at most (?P<most>\d+) .*",
        _("The subtitle of a story has at most %(most)s characters."),
    ),
    (r"What you wrote here has at most (?P<most>\d+) .*", _("What you wrote here has at most %(most)s characters.")),
    (
        r"There are (?P<n>\d+) stories in this zip; there can be (?P<most>\d+)\.",
        _("There are %(n)s stories in this zip; there can be %(most)s."),
    ),
    (
        r"This file is larger than (?P<most>\d+) MB\. Bring .*",
        _("This file is larger than %(most)s MB. Bring its stories in several files."),
    ),
    (
        r"(?P<name>.{1,200}) is not what was packed: .*",
        _("%(name)s is not what was packed: it was changed or damaged."),
    ),
    (
        r"(?P<name>.{1,200}) is too large: it has at most (?P<most>\d+) MB\.",
        _("%(name)s is too large: it has at most %(most)s MB."),
    ),
    (
        r"There are (?P<most>\d+) stories already\. .*",
        _("There are %(most)s stories already. Remove one to begin another."),
    ),
    (
        r"There are (?P<most>\d+) clips in the basket\. .*",
        _("There are %(most)s clips in the basket. Put some into a story, or remove them."),
    ),
    (
        r"Comments close after a number of days, at most (?P<most>\d+); .*",
        _("Comments close after a number of days, at most %(most)s; 0 is never."),
    ),
    *(
        (re.escape(said), said)
        for said in (
            _("This story is gone, or not for you to see."),
            _("A story needs a title."),
            _("Please say from which day to which."),
            _("Nothing was found that may enter a story."),
            _("A story needs something in it before it is published."),
            _("The cover of a story is a picture of your own."),
            _("Only what anybody may see can enter a story. This post was not written for everybody."),
            _("Its author does not let this post be quoted."),
            _("This post is gone, or not for you to see."),
            _("This post asks nothing."),
            _("This is not in the story any more."),
            _("What it was to stand beside is gone. Please look at the story again."),
            _("There is no such picture among yours."),
            _("A photo is a picture that could be read."),
            _("There is nothing to undo."),
            _("This cannot be undone: it was changed once more since."),
            _("You are not quoted in this story."),
            _("This is not the address of a page on the web."),
            _("Please give the address of the page."),
            _("There is nothing written here."),
            _("A heading needs words."),
            _("A quotation needs the words that were said."),
            _("A colour is written as #1f6f5c."),
            _("This is not a language that is known here."),
            _("This is not in the basket any more."),
            _("Please say which post."),
            _("Please say which picture."),
            _("Words are wanted here."),
        )
    ),
    (
        r"The words of a search have at most (?P<most>\d+) .*",
        _("The words of a search have at most %(most)s characters."),
    ),
]
_SAID += [
    (
        r"there are (?P<n>\d+) of these; there can be (?P<most>\d+)",
        _("there are %(n)s of these; there can be %(most)s"),
    ),
    (
        r"There are (?P<n>\d+) items on this page; a story has at most (?P<most>\d+)\.",
        _("There are %(n)s items on this page; a story has at most %(most)s."),
    ),
]
_SAID += [
    (r"There are (?P<most>\d+) outlets already\..*", _("There are %(most)s places already. Remove one first.")),
    (
        r"An outlet needs a name of at most (?P<most>\d+) characters\.",
        _("A place needs a name of at most %(most)s characters."),
    ),
    (r"Name from 1 to (?P<most>\d+) addresses\.", _("Name from 1 to %(most)s addresses.")),
    (
        r"This was said lately, or is planned: “(?P<words>.+)” Nothing was kept\.",
        _("This was said lately, or is planned: “%(words)s” Nothing was kept."),
    ),
]
_PATTERNS = [(re.compile(pattern, re.DOTALL), message) for pattern, message in _SAID]


_SPEAKER = re.compile(r"As @(?P<who>[\w.@-]{1,300}): (?P<what>.+)", re.DOTALL)
"""What is said of one of several accounts."""
_PLACED = re.compile(r"In (?P<where>[\w.\[\]-]{1,80}): (?P<what>.+)\.")
"""What is said of one place of a file."""


def explain(words: Words, said: str) -> str:
    """A refusal in the words of a language; as it stands where it has none."""
    if words.gettext(said) != said:
        return words.gettext(said)
    for pattern, message in _PATTERNS:
        if (found := pattern.fullmatch(said)) is not None:
            return words.say(message, **found.groupdict())
    if (found := _SPEAKER.fullmatch(said)) is not None:
        return words.say(_("As @%(who)s: %(what)s"), who=found["who"], what=explain(words, found["what"]))
    if (found := _PLACED.fullmatch(said)) is not None:
        return words.say(_("In %(where)s: %(what)s."), where=found["where"], what=explain(words, found["what"]))
    return said
