"""What must be known of the database before some rows can be judged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from suicha.registry.rules.fields import FIELDS, Library, Value
from suicha.registry.rules.rows import RawRow, Values
from suicha.registry.rules.values import Unreadable, read_value


@dataclass
class Wanted:
    """Codes and names that rows speak of. `people` are numbers or certificates, whichever was written."""

    usccs: set[str] = field(default_factory=set)
    site_codes: set[str] = field(default_factory=set)
    site_names: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    people_names: set[str] = field(default_factory=set)

    def add(self, library: Library, values: Mapping[str, Value]) -> None:
        """What one row speaks of."""
        _put(self.usccs, values.get("uscc"))
        _put(self.site_codes, values.get("site_code"))
        _put(self.people, values.get("inspector"))
        if library is Library.SITES:
            _put(self.site_codes, values.get("code"))
            _put(self.site_names, values.get("name"))
        if library is Library.INSPECTORS:
            _put(self.people, values.get("code"))
            _put(self.people, values.get("certificate_no"))
            _put(self.people_names, values.get("name"))


def wanted_by(rows: Iterable[RawRow]) -> Wanted:
    """What these rows speak of, as far as it can be read."""
    wanted = Wanted()
    for row in rows:
        wanted.add(row.library, _readable(row))
    return wanted


def _readable(row: RawRow) -> Values:
    values: Values = {}
    for spec in FIELDS[row.library]:
        try:
            values[spec.name] = read_value(spec, row.cells.get(spec.name, ""))
        except Unreadable:
            continue
    return values


def _put(into: set[str], value: Value) -> None:
    if isinstance(value, str):
        into.add(value)
