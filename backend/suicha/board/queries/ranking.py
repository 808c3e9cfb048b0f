"""The sealed scores of a campaign, as its manifests bind them."""

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.board.errors import CampaignNotScored
from suicha.board.queries.visits import FIRST_VISIT
from suicha.board.rules.ranking import DistrictRanking, SiteMarks, ranking_of
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition, marks_in
from suicha.checklists.rules.scoring import Answered
from suicha.draws import queries as draws
from suicha.draws.tables import Campaign
from suicha.feed.rules import visit_scope
from suicha.inspections.access import visible_inspections
from suicha.inspections.rules.facts import SealState
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.rules.manifest import read_manifest
from suicha.inspections.tables import Inspection, ManifestRow, OpRow
from suicha.registry import queries as registry
from suicha.registry.tables import Enterprise, Site

# A record that could be checked here: what is disputed, or waits for ops, ranks nobody.
COUNTED = (SealState.PENDING_BLOBS.value, SealState.SEALED.value)
_SCOPES_AT_ONCE = 200


@dataclass(frozen=True)
class ScoredCampaign:
    """A campaign on a scored edition, with the visits that the caller may see."""

    id: str
    name: str
    visits: int
    sealed: int


@dataclass(frozen=True)
class Ranking:
    """The ranking of a campaign in the caller's jurisdiction."""

    campaign: Campaign
    edition: Edition
    districts: list[DistrictRanking]


async def scored_campaigns(session: AsyncSession, caller: Caller) -> list[ScoredCampaign]:
    """The campaigns that can be ranked, the newest first."""
    rows = await session.execute(
        select(
            col(Campaign.id),
            col(Campaign.name),
            col(Campaign.edition_hash),
            func.count(col(Inspection.id)),
            func.count(col(Inspection.sealed_at)),
        )
        .join(Inspection, col(Inspection.campaign_id) == col(Campaign.id))
        .where(visible_inspections(caller), *_counts())
        .group_by(col(Campaign.id), col(Campaign.name), col(Campaign.edition_hash), col(Campaign.from_on))
        .order_by(col(Campaign.from_on).desc(), col(Campaign.name))
    )
    return [
        ScoredCampaign(id_, name, visits, sealed)
        for id_, name, edition_hash, visits, sealed in rows
        if (await checklists.edition_facts(session, edition_hash)).scoring is not None
    ]


def _counts() -> list[ColumnElement[bool]]:
    return [col(Inspection.kind) == FIRST_VISIT, col(Inspection.state) != VisitState.CLOSED.value]


async def ranking(session: AsyncSession, campaign_id: str, caller: Caller) -> Ranking:
    """Every district of the campaign that the caller may see; raises CampaignUnknown or CampaignNotScored."""
    visits = list(
        await session.scalars(
            select(Inspection)
            .where(col(Inspection.campaign_id) == campaign_id, visible_inspections(caller), *_counts())
            .order_by(col(Inspection.id))
        )
    )
    campaign = await session.get(Campaign, campaign_id)
    if campaign is None or not visits:
        campaign = (await draws.campaign(session, campaign_id, caller)).row
    edition = await checklists.edition_facts(session, campaign.edition_hash)
    if edition.scoring is None:
        raise CampaignNotScored(edition=edition.id)
    counted = await _counted(session, visits)
    done = {one.inspection for one in counted}
    waiting = Counter(visit.jurisdiction for visit in visits if visit.id not in done)
    return Ranking(campaign, edition, ranking_of(counted, waiting, await registry.jurisdiction_names(session)))


async def _counted(session: AsyncSession, visits: list[Inspection]) -> list[SiteMarks]:
    """The marks of each visit whose newest manifest could be checked."""
    seals = await _seals_in_force(session, [visit_scope(visit.id) for visit in visits])
    answers = await _answers(session, seals)
    names = await _names(session, {visit.site_id for visit in visits})
    found = []
    for visit in visits:
        seal = seals.get(visit_scope(visit.id))
        if seal is None or seal.state not in COUNTED:
            continue
        marks = marks_in(await checklists.edition_facts(session, visit.edition_hash), answers[seal.scope])
        if marks is not None:
            site, enterprise = names[visit.site_id]
            found.append(
                SiteMarks(
                    visit.id,
                    visit.code,
                    visit.site_id,
                    site,
                    enterprise,
                    visit.jurisdiction,
                    marks,
                    seal.sealed_at,
                    seal.n,
                )
            )
    return found


async def _seals_in_force(session: AsyncSession, scopes: list[str]) -> dict[str, ManifestRow]:
    """The newest manifest of each visit: an addendum takes the place of what it corrects."""
    found: dict[str, ManifestRow] = {}
    for some in _chunks(scopes):
        rows = await session.scalars(
            select(ManifestRow).where(col(ManifestRow.scope).in_(some)).order_by(col(ManifestRow.n))
        )
        found.update({row.scope: row for row in rows})
    return found


async def _answers(session: AsyncSession, seals: dict[str, ManifestRow]) -> dict[str, dict[str, Answered]]:
    """Result and score of each item as the manifests bind them, not as the heads stand at the moment."""
    bound = {
        op_id: (scope, *line[0].split("/"))
        for scope, seal in seals.items()
        for line in read_manifest(seal.manifest)["registers"]
        if line[0].endswith(("/result", "/score"))
        for op_id in line[2]
    }
    said: dict[str, dict[str, dict[str, str | None]]] = {scope: {} for scope in seals}
    for some in _chunks(list(seals)):
        rows = await session.execute(
            select(col(OpRow.op_id), col(OpRow.value)).where(
                col(OpRow.scope).in_(some), col(OpRow.field).in_(("result", "score")), col(OpRow.value) != "null"
            )
        )
        for op_id, value in rows:
            if op_id in bound and value is not None:
                scope, item, field = bound[op_id]
                said[scope].setdefault(item, {})[field] = json.loads(value)
    return {
        scope: {item: Answered(fields.get("result"), fields.get("score")) for item, fields in items.items()}
        for scope, items in said.items()
    }


async def _names(session: AsyncSession, site_ids: set[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for some in _chunks(sorted(site_ids)):
        rows = await session.execute(
            select(col(Site.id), col(Site.name), col(Enterprise.name))
            .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
            .where(col(Site.id).in_(some))
        )
        found.update({site_id: (site, enterprise) for site_id, site, enterprise in rows})
    return found


def _chunks(values: list[str]) -> list[list[str]]:
    return [values[n : n + _SCOPES_AT_ONCE] for n in range(0, len(values), _SCOPES_AT_ONCE)]
