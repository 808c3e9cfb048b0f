"""What push and pull take, for the OpenAPI document: the handlers read their bodies by hand, bounded as they arrive."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat

from suicha.sync.pulls import DEFAULT_LIMIT, LARGEST_LIMIT
from suicha.sync.schemas import MAX_OPS

_TEXT = Schema(type=OpenAPIType.STRING)
_UUID = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID)
_COUNT = Schema(type=OpenAPIType.INTEGER, minimum=0)
_NULLABLE_TEXT = Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL])
_WIRE_ITEM = Schema(type=OpenAPIType.OBJECT, required=["raw", "hash"], properties={"raw": _TEXT, "hash": _TEXT})
_CURSORS = Schema(type=OpenAPIType.OBJECT, additional_properties=_COUNT)


def _body(required: list[str], properties: dict[str, Schema]) -> RequestBody:
    schema = Schema(type=OpenAPIType.OBJECT, required=required, properties=dict(properties))
    return RequestBody(content={"application/json": OpenAPIMediaType(schema=schema)}, required=True)


@dataclass
class TakesPush(Operation):
    """Documents the body of push."""

    def __post_init__(self) -> None:
        """Say what the handler reads by hand."""
        ops = Schema(type=OpenAPIType.ARRAY, items=_WIRE_ITEM, max_items=MAX_OPS)
        self.request_body = _body(
            ["proto", "replica", "ops"],
            {
                "proto": _COUNT,
                "replica": _UUID,
                "epoch": _NULLABLE_TEXT,
                "have_seq": _COUNT,
                "courier": _NULLABLE_TEXT,
                "ops": ops,
            },
        )


@dataclass
class TakesPull(Operation):
    """Documents the body of pull."""

    def __post_init__(self) -> None:
        """Say what the handler reads by hand."""
        limit = Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=LARGEST_LIMIT, default=DEFAULT_LIMIT)
        self.request_body = _body(
            ["proto", "replica"], {"proto": _COUNT, "replica": _UUID, "cursors": _CURSORS, "limit": limit}
        )
