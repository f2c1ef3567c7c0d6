"""The `perron` command. Each command's work is in `commands/`; nothing is imported before it is needed."""

import argparse
import gc
import sys
from importlib import import_module
from pathlib import Path

from perron.kit.version import VERSION

SELDOM = (20_000, 20, 50)
"""How seldom the collector comes by: nearly all that is made while a command is loaded is kept."""


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="DIR", help="data folder (also PERRON_DATA; default ./data)")
    top = argparse.ArgumentParser(prog="perron", description="A microblogging server with the practice built in.")
    top.add_argument("--version", action="version", version=f"perron {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        parent: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str, says: str
    ) -> argparse.ArgumentParser:
        made = parent.add_parser(name, parents=[common], help=says, description=says)
        made.set_defaults(does=does)
        return made

    serve = command(commands, "serve", "serve:serve", "Run the server: pages, API, streams and jobs.")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", help="port to listen on (default 8000)")
    web = command(commands, "web", "serve:web", "Run the server without background jobs, beside workers.")
    web.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    web.add_argument("--port", help="port to listen on (default 8000)")
    command(commands, "worker", "worker:work", "Do background jobs only, beside a server.")
    there = command(commands, "nodes", "nodes:show", "Print which processes share the database.")
    there.add_argument("--json", action="store_true", help="as JSON")
    migrate = command(commands, "migrate", "migrate:migrate", "Bring the database to this version's schema.")
    migrate.add_argument("--contract", action="store_true", help="also take away what only older versions need")

    secrets = command(commands, "secrets", "secrets:make", "Make the secrets that all nodes of a server share.")
    secrets.add_argument("--adopt", action="store_true", help="from now on the database belongs to these")

    config = commands.add_parser("config", help="Settings.").add_subparsers(required=True, metavar="COMMAND")
    show = command(config, "show", "config:show", "Print every setting, its value, where it comes from, what it does.")
    show.add_argument("--json", action="store_true", help="as JSON")
    routes = command(commands, "routes", "config:routes", "Print every address of the API with its scope.")
    routes.add_argument("--json", action="store_true", help="as JSON")

    admin = commands.add_parser("admin", help="People and tokens.").add_subparsers(required=True, metavar="WHAT")
    account = admin.add_parser("account", help="Accounts.").add_subparsers(required=True, metavar="COMMAND")
    create = command(account, "create", "admin:create", "Create an account and the user who signs in to it.")
    create.add_argument("name")
    create.add_argument("--email", required=True)
    create.add_argument("--password", required=True)
    create.add_argument("--role", default="user", choices=("user", "moderator", "admin", "owner"))
    for name, says in (
        ("suspend", "Hide an account and end its access."),
        ("unsuspend", "Show a suspended account again."),
        ("disable", "End a user's access; what they wrote stays."),
        ("enable", "Give a disabled user access again."),
        ("delete", "Delete an account with everything it wrote."),
        ("confirm", "Believe that a user's e-mail address is theirs."),
        ("two-step-off", "Let a user who lost their second step in by the password alone."),
    ):
        command(account, name, f"admin:{name.replace('-', '_')}", says).add_argument("name")
    reset = command(
        account, "reset-password", "admin:reset_password", "Set a new password; all sessions and tokens end."
    )
    reset.add_argument("name")
    reset.add_argument("--password", help="the new password; a random one is printed when it is not given")
    token = admin.add_parser("token", help="Access tokens.").add_subparsers(required=True, metavar="COMMAND")
    new_token = command(token, "create", "admin:create_token", "Print a new access token.")
    new_token.add_argument("name")
    new_token.add_argument("--scopes", default="read", help='such as "read write follow push"')
    invite = command(admin, "invite", "admin:invite", "Print a one-time link with which somebody can join.")
    invite.add_argument("--role", default="user", choices=("user", "moderator", "admin", "owner"))

    jobs = commands.add_parser("jobs", help="Background jobs.").add_subparsers(required=True, metavar="COMMAND")
    listing = command(jobs, "list", "jobs:show", "Print jobs.")
    listing.add_argument("--failed", action="store_true", help="those that were given up")
    listing.add_argument("--json", action="store_true", help="as JSON")
    run = command(jobs, "run", "jobs:run", "Do what is due.")
    run.add_argument("--drain", action="store_true", help="until nothing is due")
    command(jobs, "retry", "jobs:retry", "Let a job that was given up try again.").add_argument("id", type=int)

    doctor = command(commands, "doctor", "doctor:examine", "Look at everything that Perron stands on.")
    doctor.add_argument("--inside", action="store_true", help="not at the way from outside: name, proxy, mail")
    doctor.add_argument("--json", action="store_true", help="as JSON")

    bench = commands.add_parser("bench", help="What it would take.").add_subparsers(required=True, metavar="COMMAND")
    capacity = command(bench, "capacity", "bench:capacity", "Say how many machines a server of some size needs.")
    capacity.add_argument("--accounts", type=int, help="how many accounts; three known sizes when not given")
    capacity.add_argument("--posts", type=float, help="posts a day (default: half of the accounts)")
    capacity.add_argument("--follows", type=float, help="how many accounts one follows on average (default 100)")
    capacity.add_argument("--crowd", type=int, help="followers of the most followed account (default: a tenth of all)")
    capacity.add_argument("--active", type=float, help="share of homes read within an hour (default 0.3)")
    capacity.add_argument("--online", type=float, help="share of accounts with an open stream (default 0.05)")
    capacity.add_argument("--busy", type=float, help="how much more the busiest hour brings (default 2)")
    capacity.add_argument("--peak", type=float, help="how much more the worst second brings (default 24)")
    capacity.add_argument("--cores", type=int, default=16, help="cores of a machine (default 16)")
    capacity.add_argument("--memory", type=float, default=64, help="its memory in GiB (default 64)")
    capacity.add_argument("--disk", type=float, default=4, help="its disk in TiB (default 4)")
    capacity.add_argument("--speed", type=float, default=1, help="a core's speed; 1 is the one measured on")
    capacity.add_argument("--costs", metavar="FILE", help="unit costs measured elsewhere")
    capacity.add_argument("--json", action="store_true", help="as JSON")

    move = command(commands, "move", "move:move", "Move all data to another database.")
    move.add_argument("--from", dest="source", metavar="URL", help="the old database (default: the one in use)")
    move.add_argument("--to", dest="target", metavar="URL", help="the new one, empty: postgresql://… or sqlite:///…")
    move.add_argument("--verify", action="store_true", help="only compare the two, row by row and in sum")
    move.add_argument("--copy-data", type=Path, metavar="DIR", help="also copy media, secrets and settings to DIR")
    move.add_argument("--reopen", action="store_true", help="let a database that was moved take writes again")

    backup = commands.add_parser("backup", help="Backups.").add_subparsers(required=True, metavar="COMMAND")
    make = command(backup, "create", "backup:create", "Make a backup while the server runs: one file.")
    make.add_argument("--to", type=Path, metavar="DIR|FILE", help="where to (default: DATA/backups)")
    make.add_argument("--media", choices=("copy", "reference"), default="copy", help="pack files, or only name them")
    look = command(backup, "verify", "backup:verify", "Read a whole backup; a single wrong byte is found.")
    put = command(backup, "restore", "backup:restore", "Put a backup into an empty data folder.")
    put.add_argument("--database", metavar="URL", help="an empty database (default: SQLite in the data folder)")
    new_key = command(backup, "key", "backup:key", "Make a file with a new key to seal backups with.")
    for one in (look, put, new_key):
        one.add_argument("file", type=Path)
    for one in (make, look, put):
        one.add_argument("--key-file", type=Path, metavar="FILE", help="seal or open it with what this file holds")
    shelf = command(backup, "list", "backup:show", "Print the backups in a folder.")
    fewer = command(backup, "prune", "backup:prune", "Remove all but the newest backups.")
    fewer.add_argument("--keep", type=int, required=True, metavar="N", help="how many stay")
    for one in (shelf, fewer):
        one.add_argument("--from", dest="folder", type=Path, metavar="DIR", help="folder (default: DATA/backups)")

    check = command(commands, "check", "check:check", "Look whether all data is as it should be; 1 when it is not.")
    check.add_argument("--repair", action="store_true", help="set right what can be, while the server runs")
    check.add_argument("--json", action="store_true", help="as JSON")

    media = commands.add_parser("media", help="Uploaded files.").add_subparsers(required=True, metavar="COMMAND")
    bring = command(media, "move", "media:move", "Bring all files from one place to another, while serving.")
    bring.add_argument("--from", dest="source", metavar="PLACE", help="folder, or s3://… (default media_before)")
    bring.add_argument("--to", dest="target", metavar="PLACE", help="the same (default media_store)")
    bring.add_argument("--keep", action="store_true", help="remove nothing from the old place")

    story = commands.add_parser("story", help="Packed stories.").add_subparsers(required=True, metavar="COMMAND")
    whole = command(story, "verify", "story:verify", "Hold a packed story against its manifest; 1 when it was changed.")
    whole.add_argument("file", type=Path)

    demo = command(commands, "demo", "demo:fill", "Fill an empty data folder with an invented town.")
    demo.add_argument("--serve", action="store_true", help="and run the server on it")
    demo.add_argument("--port", help="port to listen on (default 8000)")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 when it was refused, 2 when it was not understood."""
    from perron.kit.errors import Refused
    from perron.kit.settings import BadSetting, load

    gc.set_threshold(*SELDOM)
    given = parser().parse_args(arguments)
    module, _, name = given.does.partition(":")
    flags = {key: getattr(given, key, None) for key in ("data", "host", "port")}
    try:
        settings, shown = load(flags)
        given.shown = shown
        code: int = getattr(import_module(f"perron.commands.{module}"), name)(settings, given) or 0
    except BadSetting as wrong:
        print(f"perron: {wrong}", file=sys.stderr)
        return 2
    except Refused as refusal:
        print(f"perron: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
