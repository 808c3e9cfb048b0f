"""The desk over HTTP: the small round of the inspections' tests, on both databases."""

from tests.inspections.conftest import at_the_desk

__all__ = ["at_the_desk"]
