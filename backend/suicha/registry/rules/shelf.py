"""The rows of one library that are known or were read so far, by everything that they can be found by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from suicha.registry.rules.fields import Library, Value
from suicha.registry.rules.rows import Key, KnownRow, all_keys


class Shelf:
    """Known rows stay where the database has them; rows of the file are put beside them."""

    def __init__(self, library: Library, rows: Sequence[KnownRow]) -> None:
        """Take the known rows."""
        self._library = library
        self._known: defaultdict[Key, list[KnownRow]] = defaultdict(list)
        self._read: dict[Key, tuple[int, Mapping[str, Value]]] = {}
        self._found_by: dict[Key, int] = {}
        self._targets: dict[str, int] = {}
        self._now: dict[str, Mapping[str, Value]] = {}
        self._refused: set[Key] = set()
        for row in rows:
            for key in all_keys(library, row.values):
                self._known[key].append(row)

    def known(self, key: Key) -> list[KnownRow]:
        """The known rows with this key."""
        return self._known.get(key, [])

    def put(self, row_no: int, values: Mapping[str, Value], target: KnownRow | None, found_by: Key | None) -> None:
        """An accepted row of the file, and the key by which it says what it is about."""
        if found_by is not None:
            self._found_by.setdefault(found_by, row_no)
        for key in all_keys(self._library, values):
            self._read.setdefault(key, (row_no, values))
        if target is not None:
            self._targets[target.id] = row_no
            self._now[target.id] = values

    def refuse(self, keys: Iterable[Key]) -> None:
        """A rejected row of the file: nothing may point at what only it would have brought."""
        self._refused.update(keys)

    def row_with(self, keys: Iterable[Key], values: Mapping[str, Value], target: KnownRow | None) -> int | None:
        """The earlier row of the file about the same thing: by one of the keys, or because that row's key fits both."""
        if target is not None and target.id in self._targets:
            return self._targets[target.id]
        same = (self._read[key][0] for key in keys if key in self._read)
        mistakable = (self._found_by[key] for key in all_keys(self._library, values) if key in self._found_by)
        return next(same, next(mistakable, None))

    def values_at(self, key: Key) -> Mapping[str, Value] | None:
        """What stands, or will stand, under this key: the file's word before the database's."""
        if key in self._read:
            return self._read[key][1]
        found = self.known(key)
        values = self._now.get(found[0].id, found[0].values) if found else None
        # The file may have given the row another key.
        return values if values is not None and key in all_keys(self._library, values) else None

    def is_removed(self, key: Key) -> bool:
        """True where the known row under this key was removed from the library."""
        return any(row.is_removed for row in self.known(key)) and key not in self._read

    def is_refused(self, key: Key) -> bool:
        """True where a rejected row of the file has this key."""
        return key in self._refused
