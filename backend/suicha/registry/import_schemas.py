"""Imports, their rows, and the history of rows on the wire."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel

from suicha.registry.rules.fields import FIELDS, Library
from suicha.registry.rules.imports import Counts, ImportState, rejected_in
from suicha.registry.rules.rows import RowState
from suicha.registry.rules.values import plain_text
from suicha.registry.tables import Change, Import, ImportRow


class FieldChangeOut(BaseModel):
    """One value, old and new, as a file would show it."""

    field: str
    title: str
    old: str | None
    new: str | None


class RosterHistoryLineOut(BaseModel):
    """What happened to a row; by an import where `import_id` is set, by the system where `by` is null."""

    n: int
    at: datetime
    by: str | None
    verb: str
    reason: str | None
    import_id: str | None
    file_name: str | None
    changes: list[FieldChangeOut]

    @classmethod
    def of(cls, line: Change, by: str | None, file_names: Mapping[str, str]) -> Self:
        """Show one line of history."""
        return cls(
            n=line.n,
            at=line.at,
            by=by,
            verb=line.verb,
            reason=line.reason,
            import_id=line.import_id,
            file_name=file_names.get(line.import_id or ""),
            changes=_changes(Library(line.library), line.changes),
        )


class RosterHistoryOut(BaseModel):
    """The history of a row, newest first."""

    items: list[RosterHistoryLineOut]


class ImportOut(BaseModel):
    """An import: while it is read, `done` of about `total` rows; then the counts of its dry run."""

    id: str
    file_name: str
    sha256: str
    size_bytes: int
    by: str
    at: datetime
    state: ImportState
    done: int
    total: int
    counts: dict[Library, dict[RowState, int]]
    rejected: int
    refused_code: str | None
    refused_because: str | None
    committed_at: datetime | None

    @classmethod
    def of(cls, row: Import, by: str, state: ImportState) -> Self:
        """Show an import made by the person of that name."""
        counts: Counts = json.loads(row.counts)
        members = {**row.model_dump(exclude={"counts", "by", "state"}), "by": by, "state": state}
        return cls.model_validate({**members, "counts": counts, "rejected": rejected_in(counts)})


class ImportListOut(BaseModel):
    """One page of imports."""

    items: list[ImportOut]
    total: int


class RowProblemOut(BaseModel):
    """Why a row is rejected: a stable code, the reason for people, the column, the cell and what stands in it."""

    code: str
    reason: str
    column: str
    at: str
    value: str


class ImportRowOut(BaseModel):
    """One row of a dry run."""

    n: int
    library: Library
    row_no: int
    state: RowState
    label: str
    problems: list[RowProblemOut]
    changes: list[FieldChangeOut]

    @classmethod
    def of(cls, row: ImportRow) -> Self:
        """Show one row."""
        return cls(
            n=row.n,
            library=Library(row.library),
            row_no=row.row_no,
            state=RowState(row.state),
            label=row.label,
            problems=[RowProblemOut.model_validate(problem) for problem in json.loads(row.problems)],
            changes=_changes(Library(row.library), row.changes),
        )


class ImportRowListOut(BaseModel):
    """One page of a dry run."""

    items: list[ImportRowOut]
    total: int


_FRAME_TITLES = {"removed_on": "移出日期"}


def _changes(library: Library, told: str) -> list[FieldChangeOut]:
    specs = {spec.name: spec for spec in FIELDS[library]}
    return [
        FieldChangeOut(
            field=name,
            title=specs[name].title if name in specs else _FRAME_TITLES.get(name, name),
            old=_shown(library, name, old),
            new=_shown(library, name, new),
        )
        for name, old, new in json.loads(told)
    ]


def _shown(library: Library, name: str, value: Any) -> str | None:
    choices = next((spec.choices for spec in FIELDS[library] if spec.name == name), {})
    labels = {code: label for label, code in choices.items()}
    return None if value is None else labels.get(value) or plain_text(value)
