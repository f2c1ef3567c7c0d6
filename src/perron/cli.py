"""The `perron` command. Each command's work is in `commands/`; nothing is imported before it is needed."""

import argparse
import sys
from importlib import import_module

from perron.kit.version import VERSION


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
    command(commands, "worker", "worker:work", "Do background jobs only, beside a server.")
    command(commands, "migrate", "migrate:migrate", "Bring the database to this version's schema.")

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

    demo = command(commands, "demo", "demo:fill", "Fill an empty data folder with an invented town.")
    demo.add_argument("--serve", action="store_true", help="and run the server on it")
    demo.add_argument("--port", help="port to listen on (default 8000)")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 when it was refused, 2 when it was not understood."""
    from perron.kit.errors import Refused
    from perron.kit.settings import BadSetting, load

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
