"""What must hold among the files of a bundle, beyond their digests."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from suicha.archive.rules.listing import Listing
from suicha.inspections.rules.told import ToldOp, read_op
from suicha.inspections.rules.verify import Report, verify_export
from suicha.kit.canonical import canonical_json
from suicha.kit.clock import parse_instant, rfc3339
from suicha.kit.digest import ZERO_HASH, sha256_hex

TEXTS = ("record.json", "edition.json", "receipts.json", "derived.json", "journal.json", "stage.json", "papers.json")
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass
class Checked:
    """Sentences about what was checked, and about what does not hold."""

    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """True when everything that was checked holds."""
        return not self.faults

    def lines(self) -> list[str]:
        """The report for people."""
        end = "sound" if self.is_sound else f"NOT SOUND: {len(self.faults)} findings"
        return [*self.said, *(f"  FAULT {fault}" for fault in self.faults), end]


def check_texts(listing: Listing, texts: Mapping[str, bytes]) -> Checked:
    """Check the record and what belongs to it; never raises."""
    checked = Checked()
    checked.faults += [f"{name} is missing" for name in TEXTS if name not in texts]
    if checked.faults:
        return checked
    try:
        read = {name: json.loads(text) for name, text in texts.items()}
        report = verify_export(read["record.json"])
        told = _told(read["record.json"])
        _check_record(checked, listing, report)
        _check_edition(checked, read["record.json"]["edition"], texts["edition.json"])
        _check_evidence(checked, listing, _entries(read["record.json"]))
        _check_receipts(checked, read["receipts.json"], told)
        _check_derived(checked, read["derived.json"], report, told)
        _check_journal(checked, read["journal.json"])
        _check_papers(checked, listing, read["papers.json"])
        _check_stage(checked, listing, read["stage.json"], read["record.json"]["scope"])
    except _UNREADABLE as error:
        checked.faults.append(f"a text cannot be read: {type(error).__name__}: {str(error)[:200]}")
    return checked


def _entries(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(entry["raw"]) for entry in record["entries"]]


def _told(record: Mapping[str, Any]) -> dict[str, ToldOp]:
    """Every op that the feed tells, by its hash."""
    told = {}
    for said in _entries(record):
        if said["type"] == "op.judged":
            body = said["body"]
            op = read_op(
                body["op"],
                body["op_hash"],
                body["outcome"],
                body["code"],
                pos=said["pos"],
                received_at=body["received_at"],
            )
            told[body["op_hash"]] = op
    return told


def _check_record(checked: Checked, listing: Listing, report: Report) -> None:
    checked.said += report.lines()[:-1]
    checked.faults += [f"record.json, {f.code} at {f.where}: {f.text}" for f in report.findings]
    if report.scope != listing.scope:
        checked.faults.append("the record is that of another visit than the listing")


def _check_edition(checked: Checked, edition: Mapping[str, Any], text: bytes) -> None:
    if sha256_hex(text) != edition["hash"] or json.loads(text)["id"] != edition["id"]:
        checked.faults.append("edition.json is not the edition with which the visit was dispatched")
    checked.said.append(f"  edition      {edition['id']}, its text has the digest that the dispatch names")


def _check_evidence(checked: Checked, listing: Listing, entries: list[dict[str, Any]]) -> None:
    """What the feed says has arrived must be here; and nothing else stands among the evidence."""
    arrived = {said["body"]["sha256"] for said in entries if said["type"] == "blob.verified"}
    held = {file.name.removeprefix("evidence/"): file for file in listing.files if file.name.startswith("evidence/")}
    checked.faults += [f"the evidence {digest} arrived, and is not here" for digest in sorted(arrived - set(held))]
    checked.faults += [f"the feed does not know the evidence {digest}" for digest in sorted(set(held) - arrived)]
    checked.faults += [f"{file.name} bears another digest" for digest, file in held.items() if digest != file.sha256]
    checked.said.append(f"  evidence     {len(held)} originals, each named by its digest")


def _check_receipts(checked: Checked, receipts: list[Mapping[str, Any]], told: Mapping[str, ToldOp]) -> None:
    known = {receipt["hash"] for receipt in receipts}
    for digest, op in told.items():
        if digest not in known:
            checked.faults.append(f"the op {op.fact.op_id} used its place and has no receipt")
    for receipt in receipts:
        held = told.get(receipt["hash"])
        place = (receipt["replica"], receipt["seq"], receipt["op_id"])
        if held is None or place != (held.fact.replica, held.fact.seq, held.fact.op_id):
            checked.faults.append(f"the receipt of op {receipt['op_id']} belongs to no op of this visit")
        if json.loads(receipt["said"])["op_id"] != receipt["op_id"]:
            checked.faults.append(f"the receipt of op {receipt['op_id']} speaks of another op")
    checked.said.append(f"  receipts     {len(receipts)}, one for each op")


def _check_derived(checked: Checked, derived: Mapping[str, Any], report: Report, told: Mapping[str, ToldOp]) -> None:
    """The tables that the server kept beside the ops say the same as the ops."""
    seals = [(row["n"], row["manifest_hash"], row["state"]) for row in derived["manifests"]]
    if seals != [tuple(seal) for seal in report.seals]:
        checked.faults.append("derived.json, manifests: other seals than the record has")
    for row in derived["manifests"]:
        if sha256_hex(row["manifest"]) != row["manifest_hash"]:
            checked.faults.append(f"derived.json, manifests: the text of seal {row['n']} was changed")
    rows = [row for row in derived["conflicts"] if row["closed_pos"] is None]
    if sorted(f"{row['item']}/{row['field']}" for row in rows) != sorted(report.open_conflicts):
        checked.faults.append("derived.json, conflicts: others are open than in the record")
    signing = {op.fact.op_id: op.body for op in told.values() if op.fact.kind == "sig.add@1" and op.fact.is_admitted}
    if {row["op_id"] for row in derived["signatures"]} != set(signing):
        checked.faults.append("derived.json, signatures: others than the record has")
    for row in derived["signatures"]:
        body = signing.get(row["op_id"], {})
        if (row["role"], row["person"], row["manifest_hash"]) != tuple(
            body.get(name) for name in ("role", "person", "manifest_hash")
        ):
            checked.faults.append(f"derived.json, signatures: {row['op_id']} was changed")
    checked.said.append(f"  seals        {len(seals)}, signatures {len(derived['signatures'])}, as the ops say")


def _check_journal(checked: Checked, journal: list[Mapping[str, Any]]) -> None:
    """Each entry bears the digest of the one before it about the same thing."""
    last: dict[str, tuple[int, str]] = {}
    for row in journal:
        n, prev = last.get(row["about"], (0, ZERO_HASH))
        text = canonical_json({
            "about": row["about"],
            "n": row["n"],
            "at": rfc3339(parse_instant(row["at"])),
            "by": row["by"],
            "verb": row["verb"],
            "facts": json.loads(row["facts"]),
            "prev": row["prev_sha256"],
        })  # fmt: skip
        if row["n"] != n + 1 or row["prev_sha256"] != prev or sha256_hex(text) != row["sha256"]:
            checked.faults.append(f"journal.json: entry {row['n']} about {row['about']} was changed or lost one before")
        last[row["about"]] = (row["n"], row["sha256"])
    checked.said.append(f"  journal      {len(journal)} entries about {len(last)} things, chained")


def _check_papers(checked: Checked, listing: Listing, papers: Mapping[str, Any]) -> None:
    held = {file.name: file for file in listing.files}
    named = set()
    for row in papers["documents"]:
        named.add(row["file"])
        _check_file(checked, held, row)
        if row["facts"] is not None and sha256_hex(row["facts"]) != row["facts_sha256"]:
            checked.faults.append(f"papers.json: what is printed on {row['number']} was changed")
        if row["facts"] is not None and json.loads(row["facts"])["number"] != row["number"]:
            checked.faults.append(f"papers.json: {row['number']} is not the number on the paper")
    for row in papers["scans"]:
        named.add(row["file"])
        _check_file(checked, held, row)
    _refuse_others(checked, held, named, "papers/")
    checked.said.append(f"  papers       {len(papers['documents'])}, scans {len(papers['scans'])}")


def _check_stage(checked: Checked, listing: Listing, stage: Mapping[str, Any], scope: str) -> None:
    held = {file.name: file for file in listing.files}
    for row in stage["proof_files"]:
        _check_file(checked, held, row)
    _refuse_others(checked, held, {row["file"] for row in stage["proof_files"]}, "proof/")
    if any(row["scope"] != scope for row in stage["problems"]):
        checked.faults.append("stage.json: a problem of another visit")
    checked.said.append(f"  problems     {len(stage['problems'])}, proof {len(stage['proof_files'])} files")
    # Bundles that were written before there were publications do not speak of them.
    for publication in stage.get("publications", []):
        _check_publication(checked, publication, stage["revisions"])
    for entry in stage.get("credit_entries", []):
        if sha256_hex(canonical_json(entry["facts"])) != entry["digest"]:
            checked.faults.append(f"stage.json: the facts of the credit entry {entry['id']} were changed")


def _check_publication(
    checked: Checked, publication: Mapping[str, Any], revisions: Iterable[Mapping[str, Any]]
) -> None:
    """Every revision from the first to the newest is here, each with the text of which the public saw the digest."""
    own = sorted((row for row in revisions if row["publication_id"] == publication["id"]), key=lambda row: row["n"])
    if [row["n"] for row in own] != list(range(1, publication["revision"] + 1)):
        checked.faults.append("stage.json: a revision of the publication is missing, or is one too many")
    for row in own:
        if (sha256_hex(row["text"]) if row["text"] is not None else None) != row["sha256"]:
            checked.faults.append(f"stage.json: the published text of revision {row['n']} was changed")
        if (row["text"] is None) != (row["act"] == "withdraw"):
            checked.faults.append(f"stage.json: revision {row['n']} is not what its act makes")
    ends = {"publish": "published", "correct": "published", "withdraw": "withdrawn"}
    state = ends.get(own[-1]["act"]) if own else "proposed"
    if state != publication["state"]:
        checked.faults.append("stage.json: the publication does not stand where its last act left it")
    checked.said.append(f"  publication  {publication['state']}, revisions {len(own)}, texts with their digests")


def _check_file(checked: Checked, held: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    file = held.get(row["file"])
    if file is None or (file.sha256, file.size) != (row["sha256"], row["size_bytes"]):
        checked.faults.append(f"{row['file']} is missing, or is not the one of which the server kept the digest")


def _refuse_others(checked: Checked, held: Iterable[str], named: set[str], folder: str) -> None:
    others = sorted(name for name in held if name.startswith(folder) and name not in named)
    checked.faults += [f"nothing speaks of {name}" for name in others]
