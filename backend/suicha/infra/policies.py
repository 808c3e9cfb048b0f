"""Reads `checklists/policies/<name>.yaml`: rules that a bureau sets itself, checked against the schema beside them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from suicha.infra.settings import settings_from_environment
from suicha.kit.errors import Unavailable


class PolicyInvalid(Unavailable):
    """A file of rules does not fit its schema: nothing is decided by a rule that nobody can read."""

    code, title = "policy_invalid", "业务规则配置有误，请联系管理员"


def policy(name: str) -> dict[str, Any]:
    """The rules of this name, of the folder that the settings name; raises PolicyInvalid."""
    return read_policy(settings_from_environment().checklists_dir / "policies", name)


@cache
def read_policy(folder: Path, name: str) -> dict[str, Any]:
    """The rules of this name; read once in the life of a process. Raises PolicyInvalid."""
    path = folder / f"{name}.yaml"
    try:
        source: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        schema = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise PolicyInvalid(f"{path.name}: {error}") from error
    for fault in Draft202012Validator(schema).iter_errors(source):
        where = "/".join(str(part) for part in fault.absolute_path)
        raise PolicyInvalid(f"{path.name} {where}: {fault.message}")
    return source
