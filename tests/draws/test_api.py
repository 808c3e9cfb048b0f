"""Plans, campaigns and the ceremony over HTTP: who sees what, when, and what the pages ask for."""

from pathlib import Path
from typing import Any

from suicha.draws.rules.record import commitment_of

from .town import DISTRICTS, SECRETS, Hall, edition_hash, label, tell

HALF = {"A": 5000, "B": 5000, "C": 5000, "D": 5000}


async def a_plan(hall: Hall, name: str = "office", jurisdiction: str = "4101") -> dict[str, Any]:
    body = {"year": 2026, "jurisdiction": jurisdiction, "name": "2026年度计划", "document_number": "示例〔2026〕3号"}
    return dict(await hall.ask(name, "POST", "/api/plans", 201, json=body))


async def campaign_body(hall: Hall, **changes: Any) -> dict[str, Any]:
    async with hall.database.writing() as session:
        edition = await edition_hash(session)
    return {
        "name": "物业双随机抽查",
        "short_code": "WY2026",
        "matters": "物业服务行为",
        "from_on": "2026-12-01",
        "until_on": "2026-12-31",
        "edition_hash": edition,
        "jurisdictions": list(DISTRICTS),
        "cross": "district",
        "authority": "示例发〔2026〕1号",
        "teams": 4,
        "ratios": HALF,
        "departments": ["示例市消防救援支队"],
    } | changes


async def a_campaign(hall: Hall, name: str = "office", **changes: Any) -> dict[str, Any]:
    plan = await a_plan(hall, name, "410105" if name == "district" else "4101")
    body = await campaign_body(hall, **changes) | {"plan": plan["id"]}
    return dict(await hall.ask(name, "POST", "/api/campaigns", 201, json=body))


async def a_frozen_draw(hall: Hall) -> dict[str, Any]:
    campaign = await a_campaign(hall)
    return dict(await hall.ask("office", "POST", f"/api/campaigns/{campaign['id']}/draws", 201, json={}))


async def step(hall: Hall, name: str, draw: str, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
    return dict(await hall.ask(name, "POST", f"/api/draws/{draw}/{path}", status, json=body))


async def seen(hall: Hall, name: str, draw: str) -> dict[str, Any]:
    return dict(await hall.ask(name, "GET", f"/api/draws/{draw}"))


async def committed(hall: Hall, name: str, draw: dict[str, Any]) -> dict[str, Any]:
    you = (await seen(hall, name, draw["id"]))["you"]
    text = commitment_of(draw["pool_digest"], you["label"], SECRETS[name])
    return await step(hall, name, draw["id"], "commitments", commitment=text, official=you["label"])


def test_a_whole_ceremony_over_http(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_frozen_draw(hall)
        assert (draw["number"], draw["state"], draw["sites"], draw["inspectors"]) == (1, "frozen", 18, 18)
        id_ = draw["id"]
        assert (await seen(hall, "witness", id_))["you"]["may"] == ["commit"]
        assert (await seen(hall, "office", id_))["you"]["may"] == ["commit", "void"]
        await committed(hall, "office", draw)
        told = await committed(hall, "witness", draw)
        assert [(one["name"], one["is_you"], one["secret"]) for one in told["officials"]] == [
            (label("office"), False, None),
            (label("witness"), True, None),
        ]
        assert (await seen(hall, "office", id_))["you"]["may"] == ["close", "void"]
        await step(hall, "office", id_, "commitments/close")
        await step(hall, "office", id_, "values", source="骰子", value="6 2 5 1")
        told = await step(hall, "witness", id_, "values", source="骰子", value="6 2 5 1")
        assert told["public"] == {"source": "骰子", "value": "6 2 5 1"}
        await step(hall, "office", id_, "reveals", secret=SECRETS["office"])
        told = await seen(hall, "witness", id_)
        assert [(one["has_revealed"], one["secret"]) for one in told["officials"]] == [(True, None), (False, None)]
        assert SECRETS["office"] not in str(told)
        told = await step(hall, "witness", id_, "reveals", secret=SECRETS["witness"])
        assert [one["secret"] for one in told["officials"]] == [SECRETS["office"], SECRETS["witness"]]
        assert (told["state"], told["you"]["may"]) == ("revealed", [])
        sealed = await step(hall, "office", id_, "seal")
        again = await step(hall, "office", id_, "seal")
        assert (sealed["state"], sealed["drawn"], sealed["teams"]) == ("sealed", 9, 4)
        assert again == sealed
        campaign = await hall.ask("office", "GET", f"/api/campaigns/{draw['campaign']}")
        assert (campaign["state"], campaign["in_force"]["digest"], campaign["under_way"]) == (
            "drawn",
            sealed["digest"],
            None,
        )

    tell(database_url, story, tmp_path)


def test_until_both_have_entered_a_value_nobody_sees_the_others(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_frozen_draw(hall)
        for name in ("office", "witness"):
            await committed(hall, name, draw)
        await step(hall, "office", draw["id"], "commitments/close")
        mine = await step(hall, "office", draw["id"], "values", source="骰子", value="6 2 5 1")
        assert [(one["value"], one["is_you"]) for one in mine["values"]] == [("6 2 5 1", True)]
        theirs = await seen(hall, "witness", draw["id"])
        assert [(one["source"], one["value"], one["is_you"]) for one in theirs["values"]] == [(None, None, False)]
        assert "6 2 5 1" not in str(theirs)
        assert theirs["you"]["may"] == ["enter_value"]
        both = await step(hall, "witness", draw["id"], "values", source="骰子", value="6 2 5 2")
        assert (both["differ"], both["public"], [one["value"] for one in both["values"]]) == (
            True,
            None,
            ["6 2 5 1", "6 2 5 2"],
        )
        third = await seen(hall, "deputy", draw["id"])
        assert "enter_value" not in third["you"]["may"]
        agreed = await step(hall, "witness", draw["id"], "values", source="骰子", value="6 2 5 1")
        assert (agreed["state"], agreed["differ"], [one["tries"] for one in agreed["values"]]) == (
            "valued",
            False,
            [1, 2],
        )

    tell(database_url, story, tmp_path)


def test_secrets_of_a_void_draw_are_never_told(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_frozen_draw(hall)
        for name in ("office", "witness"):
            await committed(hall, name, draw)
        await step(hall, "office", draw["id"], "commitments/close")
        for name in ("office", "witness"):
            await step(hall, name, draw["id"], "values", source="骰子", value="1")
        await step(hall, "office", draw["id"], "reveals", secret=SECRETS["office"])
        refused = await step(hall, "witness", draw["id"], "unrevealed", 403, official=label("witness"), reason="x")
        assert refused["code"] == "not_permitted"
        void = await step(hall, "office", draw["id"], "unrevealed", official=label("witness"), reason="拒绝")
        assert (void["state"], void["unrevealed"], void["void_reason"]) == ("void", label("witness"), "拒绝")
        assert SECRETS["office"] not in str(await seen(hall, "office", draw["id"]))
        second = await hall.ask("office", "POST", f"/api/campaigns/{draw['campaign']}/draws", 201, json={})
        told = await seen(hall, "witness", second["id"])
        assert (told["you"]["is_barred"], told["you"]["may"]) == (True, [])

    tell(database_url, story, tmp_path)


def test_watching_costs_little_while_nothing_changes(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_frozen_draw(hall)
        path = f"/api/draws/{draw['id']}"
        async with hall.signed_in("witness") as client:
            first = await client.get(path)
            etag = first.headers["etag"]
            same = await client.get(path, headers={"If-None-Match": etag})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
        async with hall.signed_in("office") as other:
            assert (await other.get(path, headers={"If-None-Match": etag})).status_code == 200, "an answer is for one"
        await committed(hall, "office", draw)
        async with hall.signed_in("witness") as client:
            assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 200

    tell(database_url, story, tmp_path)


def test_the_office_of_a_district_sees_and_makes_only_what_lies_within(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        city = await a_frozen_draw(hall)
        body = await campaign_body(hall)
        gets = [
            f"/api/campaigns/{city['campaign']}",
            f"/api/campaigns/{city['campaign']}/draws",
            f"/api/draws/{city['id']}",
            f"/api/draws/{city['id']}/result",
        ]
        for path in gets:
            await hall.ask("district", "GET", path, 404)
        change = body | {"revision": 1}
        await hall.ask("district", "PATCH", f"/api/campaigns/{city['campaign']}", 404, json=change)
        await hall.ask("district", "DELETE", f"/api/campaigns/{city['campaign']}", 404)
        for path in ("draws", "close", "preview"):
            await hall.ask("district", "POST", f"/api/campaigns/{city['campaign']}/{path}", 404, json={})
        for path, sent in (
            ("commitments", {"commitment": "0" * 64}),
            ("commitments/close", {}),
            ("values", {"source": "a", "value": "b"}),
            ("reveals", {"secret": "0" * 32}),
            ("unrevealed", {"official": "a", "reason": "b"}),
            ("seal", {}),
            ("void", {"reason": "b"}),
            ("replacements", {"team": 1, "kind": "officer", "seat": 1, "why": "b"}),
        ):
            await hall.ask("district", "POST", f"/api/draws/{city['id']}/{path}", 404, json=sent)
        for path in ("/api/plans", "/api/campaigns", "/api/draws"):
            assert (await hall.ask("district", "GET", path))["total"] == 0
        await hall.ask("district_witness", "GET", f"/api/draws/{city['id']}", 404)

        plan = await a_plan(hall, "district", "410105")
        beyond = await hall.ask("district", "POST", "/api/campaigns", 403, json=body | {"plan": plan["id"]})
        assert (beyond["code"], beyond["jurisdictions"]) == ("outside_jurisdiction", ["410102", "410103"])
        await hall.ask("district", "POST", "/api/plans", 403, json={"year": 2026, "jurisdiction": "4101", "name": "x"})
        own = body | {
            "plan": plan["id"],
            "short_code": "JS2026",
            "jurisdictions": ["410105"],
            "cross": "off",
            "teams": 1,
        }
        own = await hall.ask("district", "POST", "/api/campaigns", 201, json=own)
        draw = await hall.ask("district", "POST", f"/api/campaigns/{own['id']}/draws", 201, json={})
        await hall.ask("district_witness", "GET", f"/api/draws/{draw['id']}")
        assert (await hall.ask("office", "GET", "/api/campaigns"))["total"] == 2, "the city sees both"

    tell(database_url, story, tmp_path)


def test_a_witness_takes_part_and_manages_nothing(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_frozen_draw(hall)
        assert [one["id"] for one in (await hall.ask("witness", "GET", "/api/draws?open=true"))["items"]] == [
            draw["id"]
        ]
        assert (await hall.ask("witness", "GET", "/api/draws?open=false"))["items"] == []
        for method, path in (
            ("GET", "/api/plans"),
            ("GET", "/api/campaigns"),
            ("GET", f"/api/campaigns/{draw['campaign']}/draws"),
            ("POST", f"/api/campaigns/{draw['campaign']}/draws"),
            ("POST", f"/api/draws/{draw['id']}/commitments/close"),
            ("POST", f"/api/draws/{draw['id']}/seal"),
            ("POST", f"/api/draws/{draw['id']}/void"),
            ("GET", f"/api/draws/{draw['id']}/result"),
        ):
            refused = await hall.ask("witness", method, path, 403, **({"json": {}} if method == "POST" else {}))
            assert refused["code"] == "not_permitted"
        for path in ("/api/draws", f"/api/draws/{draw['id']}", "/api/campaigns"):
            assert (await hall.ask("leader", "GET", path, 403))["code"] == "not_permitted"
            async with hall.stranger() as client:
                assert (await client.get(path)).status_code == 401

    tell(database_url, story, tmp_path)


def test_a_preview_of_unsaved_settings_writes_nothing(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        campaign = await a_campaign(hall)
        path = f"/api/campaigns/{campaign['id']}/preview"
        stored = await hall.ask("office", "POST", path, json={})
        assert (stored["is_feasible"], stored["sites"], stored["places"], stored["teams"]) == (True, 18, 9, 4)
        assert "所属年度计划尚未批准" in stored["warnings"]
        assert [(row["name"], row["sites"]) for row in stored["districts"]] == [
            ("中原区", 6),
            ("二七区", 6),
            ("金水区", 6),
        ]
        unsaved = await campaign_body(hall, teams=7, ratios=HALF | {"A": 10_000})
        changed = await hall.ask("office", "POST", path, json={"settings": unsaved})
        assert not changed["is_feasible"]
        assert changed["causes"][0]["constraints"]
        assert changed["places"] > stored["places"]
        missing = await hall.ask("office", "POST", path, 422, json={"settings": unsaved | {"authority": " "}})
        assert missing["code"] == "authority_missing"
        assert (await hall.ask("office", "GET", f"/api/campaigns/{campaign['id']}"))["teams"] == 4
        refused = await hall.ask(
            "office", "POST", f"/api/campaigns/{campaign['id']}/preview", 400, json={"settings": {}}
        )
        assert refused["code"] == "bad_request"

    tell(database_url, story, tmp_path)


def test_an_infeasible_freeze_is_answered_with_its_causes(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        campaign = await a_campaign(hall, teams=7)
        refused = await hall.ask("office", "POST", f"/api/campaigns/{campaign['id']}/draws", 422, json={})
        assert refused["code"] == "draw_infeasible"
        assert refused["causes"][0]["sentence"] in refused["detail"]

    tell(database_url, story, tmp_path)


def test_the_result_has_names_for_the_office_and_shows_who_was_replaced(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=3)
        await hall.add_reserves()
        parent = await hall.hold("1 1")
        told = await hall.ask("office", "GET", f"/api/draws/{parent.id}/result")
        assert sum(len(district["sites"]) for district in told["districts"]) == 9
        assert sum(team["visits"] for team in told["teams"]) == 9
        leader = told["teams"][0]["officers"][0]
        assert (leader["is_leader"], leader["name"][:3], leader["instead_of"]) == (True, "执法员", None)
        assert leader["label"].startswith("执**")
        body = {"team": 1, "kind": "officer", "seat": 1, "why": "请假"}
        draw = await hall.ask("office", "POST", f"/api/draws/{parent.id}/replacements", 201, json=body)
        assert (draw["kind"], draw["place"], draw["parent"]) == (
            "replacement",
            {"team": 1, "kind": "officer", "seat": 1},
            parent.id,
        )
        refused = await hall.ask("office", "GET", f"/api/draws/{draw['id']}/result", 409)
        assert refused["code"] == "draw_not_sealed"
        from suicha.draws import queries

        async with hall.database.reading() as session:
            row = await queries.draw(session, draw["id"])
        await hall.until("sealed", row, "2 2")
        given = (await hall.ask("office", "GET", f"/api/draws/{draw['id']}/result"))["replacement"]
        assert given["leaver"]["name"] == leader["name"]
        now = await hall.ask("office", "GET", f"/api/draws/{parent.id}/result")
        assert now["teams"][0]["officers"][0]["name"] == given["chosen"]["name"]
        assert now["teams"][0]["officers"][0]["instead_of"] == leader["name"]
        ledger = await hall.ask("office", "GET", f"/api/campaigns/{hall.campaign}/draws")
        assert [(one["number"], one["leaver"], one["chosen"]) for one in ledger["items"]] == [
            (1, None, None),
            (2, leader["name"], given["chosen"]["name"]),
        ]

    tell(database_url, story, tmp_path)


def test_strange_bodies_are_refused_and_not_faults(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_frozen_draw(hall)
        path = f"/api/draws/{draw['id']}"
        for where, body, status in (
            ("commitments", {"commitment": "xyz"}, 422),
            ("commitments", {"commitment": 7}, 400),
            ("commitments", {}, 400),
            ("values", {"source": "a\u0000", "value": "b"}, 422),
            ("reveals", {"secret": "a\u0000"}, 404),
            ("void", {"reason": "a\u0000b"}, 400),
            ("void", {"reason": ""}, 422),
            ("replacements", {"team": 1, "kind": "chief", "seat": 1, "why": "x"}, 400),
        ):
            await hall.ask("office", "POST", f"{path}/{where}", status, json=body)
        body = await campaign_body(hall, name="a\u0007", short_code="B2")
        await hall.ask("office", "POST", "/api/campaigns", 400, json=body | {"plan": "x"})
        await hall.ask("office", "POST", "/api/campaigns", 404, json=await campaign_body(hall) | {"plan": "x"})

    tell(database_url, story, tmp_path)


def test_an_office_without_a_limit_plans_for_everything(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        plan = await a_plan(hall, "everywhere", "")
        body = await campaign_body(hall) | {"plan": plan["id"]}
        campaign = await hall.ask("everywhere", "POST", "/api/campaigns", 201, json=body)
        await hall.ask("everywhere", "GET", f"/api/campaigns/{campaign['id']}")
        assert (await hall.ask("office", "GET", "/api/plans"))["total"] == 0

    tell(database_url, story, tmp_path)
