"""`python tests/architecture/generated.py`: the committed OpenAPI and problem codes equal what the code says now."""

import sys
import tempfile
from pathlib import Path

from suicha.infra.settings import settings_from_environment
from suicha.web.app import create_app
from suicha.web.openapi import export

API = Path(__file__).parents[2] / "pwa" / "src" / "api"


def stale_files() -> list[str]:
    """The names of the generated files that are out of date."""
    with tempfile.TemporaryDirectory() as folder:
        export(create_app(settings_from_environment({"SUICHA_DATA_DIR": folder})), Path(folder) / "api")
        fresh = {path.name: path.read_bytes() for path in (Path(folder) / "api").iterdir()}
    return [
        name for name, said in sorted(fresh.items()) if not (API / name).is_file() or (API / name).read_bytes() != said
    ]


if __name__ == "__main__":
    stale = stale_files()
    if stale:
        sys.exit(f"run `make types`: {', '.join(stale)} in pwa/src/api is out of date")
