"""Who may go where: recusal, and the crossing of borders."""

import pytest

from suicha.draws.rules.pool import Person, PlacedSite, Recusal
from suicha.draws.rules.reach import Reach

OFFICER = Person(id="one", kind="officer", label="执**", home="410105")
RECUSALS = [
    Recusal(inspector="one", enterprise="related-enterprise", site=None),
    Recusal(inspector="one", enterprise=None, site="related-site"),
]


def may_go(*, jurisdiction: str = "410102", enterprise: str = "e", site: str = "s", cross: str = "district") -> bool:
    reach = Reach([OFFICER], RECUSALS, cross)
    place = PlacedSite(id=site, code="1", name="小区", jurisdiction=jurisdiction, enterprise=enterprise)
    return reach.may_go("one", reach.class_of(place))


def test_an_officer_may_be_sent_across_district_borders_only() -> None:
    assert may_go()
    assert not may_go(jurisdiction="410105")
    assert may_go(jurisdiction="410105", cross="off")


def test_across_cities_means_out_of_the_own_one() -> None:
    assert not may_go(cross="city")
    assert may_go(jurisdiction="410302", cross="city")


@pytest.mark.parametrize("cross", ["off", "district"])
def test_an_inspector_is_never_paired_with_a_recused_enterprise_or_site(cross: str) -> None:
    assert not may_go(enterprise="related-enterprise", cross=cross)
    assert not may_go(site="related-site", cross=cross)
