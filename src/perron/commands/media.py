"""`perron media move`: bring what is kept from one place to another."""

import argparse

from perron.commands.progress import Progress
from perron.kit.errors import Refused
from perron.kit.settings import Settings


def move(settings: Settings, given: argparse.Namespace) -> int:
    """Move files from where they were before to where they are kept now, or to a place that is to be used later."""
    from perron.media.bucket import Bucket
    from perron.media.move import move as move_all
    from perron.media.places import place

    source, target = given.source or settings.media_before, given.target or settings.media_store or "folder"
    if not source and given.target:
        source = settings.media_store or "folder"
    if not source:
        raise Refused("Say where they are: set media_before, or name a place with --from (folder, s3://bucket/prefix).")
    old, new = place(source, settings), place(target, settings)
    if old.name == new.name:
        raise Refused(f"Both places are {new.name}.")
    for each in (old, new):
        if isinstance(each, Bucket):
            each.answers()
    in_use = new.name == (settings.media_store or "folder") and settings.media_before == old.name
    progress = Progress("files")
    moved = move_all(old, new, keep=given.keep or not in_use, watch=progress)
    progress.end()

    print(f"{moved.files:,} files ({moved.bytes:,} bytes) brought from {old.name} to {new.name}, compared by SHA-256.")
    print(f"{moved.there:,} were there already, {moved.gone:,} went meanwhile, {moved.left:,} are left in {old.name}.")
    for key in moved.wrong:
        print(f"{key} arrived as something else; it stays where it was.")
    if not in_use:
        print(
            f"Nothing was removed. Now set media_store = {new.name!r} and media_before = {old.name!r}, restart, "
            "and run `perron media move` again for what has come since."
        )
    elif not moved.left:
        print("Everything is over: take media_before out of the settings, and restart when it suits you.")
    return 1 if moved.wrong else 0
