"""`perron move`: take the data of an installation from one database to another."""

import argparse
import time

from perron.commands.progress import Progress
from perron.keep.move import move as move_all
from perron.keep.move import reopen, verify
from perron.kit.errors import Refused
from perron.kit.settings import Settings


def move(settings: Settings, given: argparse.Namespace) -> int:
    """Move everything, only compare (--verify), or let the old database take writes again (--reopen)."""
    source = given.source or settings.database_url
    if given.reopen:
        reopen(source)
        print("This database takes writes again.")
        return 0
    if not given.target:
        raise Refused("Name the new database with --to, such as --to postgresql://user@host/perron.")
    return _verify(source, given.target) if given.verify else _move(settings, source, given)


def _move(settings: Settings, source: str, given: argparse.Namespace) -> int:
    from perron.keep.folder import copy_folder, missing_files

    began, progress = time.monotonic(), Progress()
    moved = move_all(source, given.target, progress)
    progress.end()
    seconds = time.monotonic() - began
    for name, rows, digest in moved.tables:
        if rows:
            print(f"{name:24} {rows:>10,} rows  {digest[:16]}")
    rate = moved.rows / max(seconds, 0.001)
    print(f"{moved.rows:,} rows moved and compared in {seconds:.1f} s ({rate:,.0f}/s); digest {moved.digest}")
    if moved.mended:
        print(f"{moved.mended:,} of them had changed since they were copied.")
    print(f"Writes waited for {moved.held_seconds:.1f} s. The old database refuses them from now on.")
    missing = missing_files(given.target, settings)
    if given.copy_data:
        files = copy_folder(settings.data, given.copy_data, Progress("files"))
        print(f"{files:,} files copied to {given.copy_data}, each compared with the first.")
    print(f"Now set database = {given.target!r} and start again.")
    for key in missing[:20]:
        print(f"A row names media/{key}, and there is no such file.")
    if missing:
        print(f"{len(missing):,} files are missing; they were missing before.")
    return 0


def _verify(source: str, target: str) -> int:
    progress = Progress()
    compared, lines = verify(source, target, progress)
    progress.end()
    for line in lines:
        print(line)
    if lines:
        print("The two databases are not the same.")
        return 1
    print(f"{compared.rows:,} rows are the same on both sides; digest {compared.digest}")
    return 0
