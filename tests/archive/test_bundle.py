"""`suicha bundle` and `suicha verify bundle`."""

import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from suicha.archive.bundle import verify_bundle, write_bundle
from suicha.archive.errors import BundleRefused
from suicha.archive.rules.listing import Listed, Listing, is_plain_name, listing_text, read_listing
from suicha.archive.zips import ZipWriter
from suicha.evidence.rules import original_key
from suicha.infra.settings import Settings
from suicha.inspections.errors import InspectionUnknown
from suicha.kit.digest import sha256_hex
from tests.inspections.round import VISIT
from tests.test_command_line import suicha

from .installation import LATER_VISIT, PHOTOS, run, settings_for, use

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def settings(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copy(sqlite_template, folder / "suicha.db")
    settings = settings_for(folder)
    run(use(settings))
    return settings


@pytest.fixture(scope="module")
def bundle(settings: Settings) -> Path:
    path = settings.data_dir / "visit.zip"
    run(write_bundle(settings, VISIT, path))
    return path


def forged(bundle: Path, folder: Path, change: Change) -> Path:
    """The bundle with other files, as somebody would write it who knows the form: every digest is right again."""
    with zipfile.ZipFile(bundle) as old:
        files = {info.filename: old.read(info) for info in old.infolist()[1:]}
        scope = read_listing(old.read("manifest.json")).scope
    change(files)
    return written(folder / "forged.zip", scope, files)


def written(path: Path, scope: str, files: dict[str, bytes]) -> Path:
    listing = Listing(scope, tuple(Listed(name, sha256_hex(data), len(data)) for name, data in files.items()))
    with path.open("wb") as out, ZipWriter(out) as writer:
        for name, data in {"manifest.json": listing_text(listing).encode(), **files}.items():
            with writer.begin(name, len(data)) as into:
                into.write(data)
    return path


def test_a_visit_is_one_file_that_holds_everything_about_it(bundle: Path) -> None:
    checked = verify_bundle(bundle)
    assert checked.faults == []
    assert checked.lines()[-1] == "sound"
    said = "\n".join(checked.said)
    for sentence in ("evidence     2 originals", "signatures 3", "papers       2", "problems     2, proof 1 files",
                     "publication  published, revisions 2"):  # fmt: skip
        assert sentence in said
    with zipfile.ZipFile(bundle) as held:
        names = held.namelist()
        assert names[:3] == ["manifest.json", "record.json", "edition.json"]
        assert held.read(f"evidence/{sha256_hex(PHOTOS[0])}") == PHOTOS[0]
        stage = json.loads(held.read("stage.json"))
        assert [row["reason"] for row in stage["extensions"]] == ["配件采购需要时间"]
        assert {row["verb"] for row in json.loads(held.read("journal.json"))} >= {
            "issued_order",
            "served_order",
            "publish_publication",
            "correct_publication",
            "credit_propose",
        }
        assert [(row["n"], row["act"], row["reason"]) for row in stage["revisions"]] == [
            (1, "publish", None),
            (2, "correct", "文字不准确"),
        ]
        assert [row["facts"]["problem"][-3:] for row in stage["credit_entries"]] == ["A01"]
        assert not any("secret" in name or "token" in name for row in stage["orders"] for name in row)


def test_the_same_visit_gives_the_same_bytes(settings: Settings, bundle: Path, tmp_path: Path) -> None:
    again = run(write_bundle(settings, VISIT, tmp_path / "again.zip"))
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()
    assert (again.sha256, again.size) == (sha256_hex(bundle.read_bytes()), bundle.stat().st_size)
    assert again.awaited == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "again.zip"]


def test_the_form_of_the_archive_is_the_same_with_every_python() -> None:
    out = io.BytesIO()
    with ZipWriter(out) as writer:
        for name, data in (("manifest.json", b"{}"), ("evidence/a", b"abc")):
            with writer.begin(name, len(data)) as into:
                into.write(data)
    assert sha256_hex(out.getvalue()) == "2505255828165644e49e28236701ee47465c848c35740baa99a48a89ae4386f2"


def test_a_visit_that_was_only_sent_out_is_a_sound_bundle_too(settings: Settings, tmp_path: Path) -> None:
    run(write_bundle(settings, LATER_VISIT, tmp_path / "v.zip"))
    assert verify_bundle(tmp_path / "v.zip").faults == []


def test_every_changed_byte_is_found(bundle: Path, tmp_path: Path) -> None:
    data = bundle.read_bytes()
    dice = random.Random(4)
    ends = [*range(60), *range(len(data) - 60, len(data))]
    with zipfile.ZipFile(bundle) as held:
        heads = [info.header_offset + n for info in held.infolist() for n in range(46)]
    path = tmp_path / "flipped.zip"
    for place in {*ends, *dice.sample(heads, 60), *dice.sample(range(len(data)), 120)}:
        flipped = bytearray(data)
        flipped[place] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        assert not verify_bundle(path).is_sound, place


@pytest.mark.parametrize("cut", [0, 1, 30, 5000, -1, -22, -400])
def test_a_bundle_that_was_cut_off_is_refused(bundle: Path, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(bundle.read_bytes()[:cut])
    assert not verify_bundle(path).is_sound


def test_something_before_or_behind_the_archive_is_found(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.zip"
    for before, behind in ((b"MZ", b""), (b"", b"\0"), (b"#!/bin/sh\n", b"")):
        path.write_bytes(before + bundle.read_bytes() + behind)
        assert not verify_bundle(path).is_sound


def _edit(name: str, old: str, new: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    return change


def _drop(prefix: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        files.pop(next(name for name in files if name.startswith(prefix)))

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_edit("record.json", "applied", "parked_"), "record.json"),
        (_edit("edition.json", "消防", "水防"), "edition.json is not"),
        (_edit("journal.json", "issued_order", "lost_orders_"), "journal.json"),
        (_edit("papers.json", '\\"agency\\"', '\\"agencx\\"'), "what is printed"),
        (_edit("derived.json", "representative", "nobody_present"), "derived.json, signatures"),
        (_edit("receipts.json", '"seq":1}', '"seq":9}'), "receipt"),
        (_edit("stage.json", "suicha-publication/1", "suicha-publication/2"), "published text of revision"),
        (_edit("stage.json", '"revision":2', '"revision":3'), "revision of the publication is missing"),
        (_edit("stage.json", '"act":"correct"', '"act":"withdraw"'), "not what its act makes"),
        (_edit("stage.json", '"state":"published"', '"state":"withdrawn"'), "where its last act left it"),
        (_edit("stage.json", '"facts":{"problem":', '"facts":{"problen":'), "facts of the credit entry"),
        (_edit("stage.json", '"size_bytes":715', '"size_bytes":716'), "proof/b02/"),
        (_drop("evidence/"), "arrived, and is not here"),
        (_drop("papers/"), "is missing, or is not the one"),
        (_drop("proof/"), "is missing, or is not the one"),
        (_drop("journal.json"), "journal.json is missing"),
        (lambda files: files.update({"evidence/" + "a" * 64: b"x"}), "the feed does not know"),
        (lambda files: files.update({"papers/other.pdf": b"x"}), "nothing speaks of"),
        (lambda files: files.update({"record.json": b"[" * 100_000}), "cannot be read"),
        (lambda files: files.update({"stage.json": b"[]"}), "cannot be read"),
    ],
)
def test_what_is_changed_shows_even_when_every_digest_is_made_anew(
    bundle: Path, tmp_path: Path, change: Change, told: str
) -> None:
    checked = verify_bundle(forged(bundle, tmp_path, change))
    assert any(told in fault for fault in checked.faults), checked.faults


@pytest.mark.parametrize(
    "name", ["../up", "/etc/passwd", "a/../../b", "c:\\x", "a//b", ".hidden", "a/b/c/d", "Ä", "", "a\0b"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    assert not is_plain_name(name)
    path = tmp_path / "trick.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("manifest.json", b"{}")
        out.writestr(name or "x/", b"x")
    assert not verify_bundle(path).is_sound
    assert list(tmp_path.iterdir()) == [path]


def test_what_unfolds_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("manifest.json", b"0" * 200_000_000)
    [fault] = verify_bundle(path).faults
    assert fault == "not a bundle: it holds files that are compressed or locked"


def test_files_that_lie_over_each_other_are_refused(bundle: Path, tmp_path: Path) -> None:
    data = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(bundle) as held:
        place = held.start_dir
    data[place + 20 : place + 28] = (len(data) * 2).to_bytes(4, "little") * 2
    path = tmp_path / "over.zip"
    path.write_bytes(data)
    assert verify_bundle(path).faults == ["not a bundle: its files are larger than itself"]


@pytest.mark.parametrize("data", [b"", b"PK", b"\0" * 5000, b"PK\5\6" + b"\0" * 18, b"PK\5\6" + b"\xff" * 18, b"{}"])
def test_nonsense_is_a_sentence_and_no_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "nonsense.zip"
    path.write_bytes(data)
    assert verify_bundle(path).lines()[-1].startswith("NOT SOUND")


def test_nothing_is_written_where_the_store_has_lost_a_file(settings: Settings, tmp_path: Path) -> None:
    path = settings.data_dir / "evidence" / original_key(sha256_hex(PHOTOS[1]))
    kept = path.read_bytes()
    try:
        path.write_bytes(kept[:-1] + b"!")
        with pytest.raises(BundleRefused, match="damaged"):
            run(write_bundle(settings, VISIT, tmp_path / "v.zip"))
        path.unlink()
        with pytest.raises(BundleRefused, match="not in the store"):
            run(write_bundle(settings, VISIT, tmp_path / "v.zip"))
    finally:
        path.write_bytes(kept)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InspectionUnknown):
        run(write_bundle(settings, "01a201c8-2dd3-7e81-abda-b933e7336559", tmp_path / "v.zip"))


def test_at_the_shell(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "v.zip"
    told = suicha("bundle", VISIT, "-o", str(path), SUICHA_DATA_DIR=str(settings.data_dir))
    assert told.returncode == 0
    assert sha256_hex(path.read_bytes()) in told.stdout
    assert "1 photos or signatures have not arrived" in told.stdout
    checked = suicha("verify", "bundle", str(path), SUICHA_DATA_DIR=str(tmp_path / "nowhere"))
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "sound")
    path.write_bytes(path.read_bytes() + b"x")
    assert suicha("verify", "bundle", str(path)).returncode == 1
    missing = suicha("verify", "bundle", str(tmp_path / "none.zip"))
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
