"""`suicha …`: every command has --help, exits non-zero on failure and says what is wrong in one sentence."""

import argparse
import asyncio
import gc
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from sqlalchemy.exc import SQLAlchemyError

from suicha import __version__
from suicha.infra.logs import configure_logs
from suicha.infra.settings import BadSettings, Settings, settings_from_environment
from suicha.kit.errors import DomainError
from suicha.kit.ids import is_uuid_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    # Thousands of classes are made as the program starts, and few cycles while it serves: looking for them after every
    # 700 objects, Python's usual way, costs a fifth of the start.
    gc.set_threshold(20_000, 20, 20)
    options = _parser().parse_args(arguments)
    run: Callable[[Settings, argparse.Namespace], int] = options.run
    try:
        return run(settings_from_environment(), options)
    except KeyboardInterrupt:
        return 130
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        print(
            f"suicha: the database cannot be used ({reason}); is it reachable, was `suicha migrate` run?",
            file=sys.stderr,
        )
        return 1
    except (BadSettings, DomainError, OSError, ValueError) as error:
        sentence = f"{error.title}: {error}" if isinstance(error, DomainError) else str(error)
        print(f"suicha: {sentence}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="suicha", description="随查: double-random field inspections.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "demo", _demo, "make the demo round if there is none (RESET=1: anew) and serve it")
    _command(commands, "serve", _serve, "bring the database up to date and serve HTTP on HOST:PORT")
    _command(commands, "work", _work, "run the timed jobs in a process of their own")
    _command(commands, "migrate", _migrate, "bring the database up to date and store new checklist editions")
    admin = _command(commands, "admin", _admin, "open an administrator's account; its first password is shown once")
    admin.add_argument("username", help="what to sign in with")
    admin.add_argument("--name", default="系统管理员", help="whose account it is")
    export = _command(commands, "export-openapi", _export, "write openapi.json and the problem codes for TypeScript")
    export.add_argument("folder", type=Path, help="where to write, e.g. pwa/src/api")
    draw = _command(commands, "draw", _draw, "rehearse a campaign's draw as the rosters stand; nothing is stored")
    draw.add_argument("--campaign", required=True, metavar="ID", help="the campaign's id, short code or name")
    draw.add_argument("--seed", required=True, metavar="TEXT", help="the text that stands in for the ceremony")
    draw.add_argument("--out", type=Path, metavar="FILE", help="where to write the record (default: standard output)")
    render = _command(commands, "render", _render, "typeset a paper again from its kept facts, or as a marked draft")
    render.add_argument("kind", metavar="KIND", help="site_record, order, service, recheck_record, referral, summary …")
    render.add_argument("about", metavar="ID", help="the paper's id, or that of the visit, order, recheck, campaign …")
    render.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="where to write the PDF")
    bundle = _command(commands, "bundle", _bundle, "write one visit with all its files as one file that can be checked")
    bundle.add_argument("inspection", metavar="ID", help="the id of the visit")
    bundle.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="where to write")
    backup = _command(commands, "backup", _backup, "copy database and files, consistent, while the server runs")
    backup.add_argument("folder", type=Path, metavar="DIR", help="where backups are kept; files are copied once")
    restore = _command(commands, "restore", _restore, "put a backup into this installation; stop its processes first")
    restore.add_argument(
        "folder", type=Path, metavar="DIR", help="a folder of backups (the newest counts), or one backup"
    )
    restore.add_argument("--replace", action="store_true", help="replace what is in this installation")
    verify = commands.add_parser("verify", help="check a record without trusting the server")
    kinds = verify.add_subparsers(required=True, metavar="WHAT")
    inspection = _command(kinds, "inspection", _verify, "recompute chains, merge, manifest and signatures of one visit")
    inspection.add_argument("source", metavar="FILE|ID", help="an exported file, or the id of a visit in the database")
    bundled = _command(kinds, "bundle", _verify_bundle, "check hashes, ops and chains of a bundle, without a server")
    bundled.add_argument("file", type=Path, metavar="FILE", help="a file that `suicha bundle` wrote")
    drawn = _command(kinds, "draw", _verify_draw, "recompute a draw from its record alone")
    drawn.add_argument("file", type=Path, metavar="FILE", help="a record as published")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[Settings, argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser


def _demo(settings: Settings, _options: argparse.Namespace) -> int:
    import os

    from suicha.demo.load import announce, prepare_demo
    from suicha.web.serve import serve

    configure_logs(level="WARNING")
    demo = asyncio.run(prepare_demo(settings, reset=os.environ.get("RESET") == "1"))
    announce(settings, demo)
    return serve(settings)


def _serve(settings: Settings, _options: argparse.Namespace) -> int:
    from suicha.web.serve import prepare, serve

    configure_logs()
    asyncio.run(prepare(settings))
    return serve(settings)


def _work(settings: Settings, _options: argparse.Namespace) -> int:
    from suicha.worker.run import work

    configure_logs()
    asyncio.run(work(settings))
    return 0


def _migrate(settings: Settings, _options: argparse.Namespace) -> int:
    from suicha.web.serve import prepare

    configure_logs(level="WARNING")
    asyncio.run(prepare(settings))
    print("database is up to date")
    return 0


def _admin(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.web.serve import open_admin

    configure_logs(level="WARNING")
    password = asyncio.run(open_admin(settings, options.username, options.name))
    print(f"账号 {options.username}  初始密码 {password}   （首次登录须修改；此处只显示一次）")
    return 0


def _export(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.web.app import create_app
    from suicha.web.openapi import export

    export(create_app(settings), options.folder)
    return 0


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.inspections.rules.verify import verify_export

    path = Path(options.source)
    if not path.is_file() and not is_uuid_text(options.source):
        raise ValueError(f"there is no file {options.source}, and it is not the id of a visit")
    if path.is_file():
        exported = json.loads(path.read_text(encoding="utf-8"))
    else:
        from suicha.web.serve import export_inspection

        exported = asyncio.run(export_inspection(settings, options.source))
    report = verify_export(exported)
    for line in report.lines():
        print(line)
    return 0 if report.is_sound else 1


def _draw(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.draws.errors import DrawInfeasible
    from suicha.web.serve import rehearse_draw

    try:
        record = asyncio.run(rehearse_draw(settings, options.campaign, options.seed))
    except DrawInfeasible as refusal:
        print(f"suicha: {refusal.title}", file=sys.stderr)
        for cause in cast("list[dict[str, object]]", refusal.facts["causes"]):
            print(f"  {cause['sentence']}", file=sys.stderr)
        return 1
    if options.out:
        options.out.write_bytes(record)
    else:
        # The exact bytes: a line end added by print would no longer be the canonical form.
        sys.stdout.buffer.write(record)
        sys.stdout.buffer.flush()
    return 0


def _verify_draw(_settings: Settings, options: argparse.Namespace) -> int:
    from suicha.draws.rules.verify import verify_record

    report = verify_record(options.file.read_bytes())
    for line in report.lines():
        print(line)
    return 0 if report.is_sound else 1


def _render(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.documents.rules import Kind
    from suicha.kit.clock import utc_now
    from suicha.rectification.rendering import render_paper

    if options.kind not in list(Kind):
        raise ValueError(f"there is no kind of paper {options.kind}; there are {', '.join(Kind)}")
    if not is_uuid_text(options.about):
        raise ValueError(f"{options.about} is not the id of a paper or of what it is about")
    pdf, words = asyncio.run(render_paper(settings, Kind(options.kind), options.about, now=utc_now()))
    options.out.write_bytes(pdf)
    print(f"{options.out}: {words}")
    return 0


def _bundle(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.archive.bundle import write_bundle

    if not is_uuid_text(options.inspection):
        raise ValueError(f"{options.inspection} is not the id of a visit")
    written = asyncio.run(write_bundle(settings, options.inspection, options.out))
    print(f"{options.out}: {written.files} files, {written.size} bytes, SHA-256 {written.sha256}")
    if written.awaited:
        print(f"{written.awaited} photos or signatures have not arrived from the phones yet and are not in it")
    return 0


def _verify_bundle(_settings: Settings, options: argparse.Namespace) -> int:
    from suicha.archive.bundle import verify_bundle

    checked = verify_bundle(options.file)
    for line in checked.lines():
        print(line)
    return 0 if checked.is_sound else 1


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.archive.backup import back_up
    from suicha.kit.clock import utc_now

    report = asyncio.run(back_up(settings, options.folder, now=utc_now()))
    for line in report.lines():
        print(line)
    return 0 if report.is_whole else 1


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from suicha.archive.restore import restore
    from suicha.kit.clock import utc_now

    configure_logs(level="WARNING")
    report = asyncio.run(restore(settings, options.folder, is_replacing=options.replace, now=utc_now()))
    for line in report.lines():
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
