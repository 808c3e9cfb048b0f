"""Facts of the papers from the visit on, with long names and many items."""

import io
from typing import Any

from PIL import Image, ImageDraw

from suicha.documents.rules import Kind

CAMPAIGN = "2026年物业服务“双随机、一公开”联合抽查（示范）"
AGENCY = "示例市住房保障和房地产管理局"
URL = "https://suicha.example/public/documents/0123-4567-89AB-CDEF-GHJK"
SITE = {
    "name": "示例花园小区（一期、二期、三期及商业配套、地下车库和人防工程）",
    "address": "示例市示例区示例大道与示例路交叉口向北三百米路东示例花园小区物业服务中心",
}
ENTERPRISE = {"name": "郑州示例国际物业服务集团股份有限公司第十七分公司", "uscc": "91410105MA0000000X"}
TEAM = [
    {"name": "执法员甲01", "role": "leader", "certificate": "示例-000001"},
    {"name": "执法员乙01", "role": "officer", "certificate": "示例-000501"},
    {"name": "行业专家01", "role": "expert", "certificate": "—"},
]
REMARK = "二号楼负一层配电室门口堆放装修材料和电动自行车，消防通道净宽不足一米，现场负责人称当日下午清运，未见整改计划"
PHOTOS = 40


def a_photo(n: int) -> bytes:
    """A JPEG as large as those that papers show, each one different."""
    image = Image.effect_noise((900, 675), 60).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 300, 200), fill=(n * 6 % 256, 90, 160))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=78)
    return out.getvalue()


def a_signature() -> bytes:
    image = Image.new("RGBA", (600, 240), (255, 255, 255, 0))
    ImageDraw.Draw(image).line([(20, 200), (150, 40), (280, 190), (420, 60), (580, 150)], fill=(0, 0, 0, 255), width=8)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sealed(number: str, **facts: Any) -> dict[str, Any]:
    """What `make_document` adds to the facts."""
    return {"number": number, "code": "0123-4567-89AB-CDEF-GHJK", "check_url": URL, "qr": URL,
            "facts_digest": "5e" * 32, "agency": AGENCY, "site": SITE, "enterprise": ENTERPRISE, "team": TEAM,
            "campaign": CAMPAIGN, **facts}  # fmt: skip


def an_item(n: int) -> dict[str, Any]:
    return {
        "code": f"{'ABCDEFGH'[n % 8]}{n:02d}",
        "title": f"检查项{n:02d}：消防设施器材完好有效，疏散通道、安全出口保持畅通，消防控制室双人值班并持证上岗",
        "result": ["符合", "不符合", "当场改正", "不适用"][n % 4],
        "severity": "较重" if n % 4 in (1, 2) else None,
        "remark": REMARK if n % 4 == 1 else None,
        "readings": ["12.5 lx（照度计）"] if n % 5 == 0 else [],
        "notes": ["物业项目负责人到场说明"] if n % 7 == 0 else [],
        "evidence": [f"证{n + k}" for k in range(1, 4)] if n % 4 == 1 else [],
        "reason": "现场复核" if n == 5 else None,
    }


def a_site_record(*, items: int = 27, photos: int = PHOTOS, **but: Any) -> dict[str, Any]:
    signers = (("执法人员（组长）", "执法员甲01"), ("执法人员", "执法员乙01"), ("被检查单位在场负责人", "示例负责人01"))
    return sealed(
        "检录〔2026〕7号",
        visit={"code": "ZZ-2026-017", "campaign": CAMPAIGN, "begun_at": "2026-11-23 09:03", "manifest": "ab" * 32,
               "sealed_at": "2026-11-23 11:41", "is_sound": True, "edition": "物业服务企业监督检查事项清单，共27项",
               "arrival": "北纬 34.7512，东经 113.6634，误差 12 米", "representative": "示例负责人01　项目经理",
               "outcome": ["发现问题已责令改正"]},
        items=[an_item(n) for n in range(items)],
        counts={"pass": "7", "fail": "7", "fixed": "7", "na": "6"},
        notes=["被检查单位提交了消防维保合同复印件。"],
        signatures=[
            *({"role": role, "name": name, "at": "2026-11-23 11:40", "refused": None, "witness": None,
               "picture": "signature.png", "is_awaited": False} for role, name in signers),
            {"role": "被检查单位在场负责人", "name": "示例负责人02", "at": "2026-11-23 11:42",
             "refused": "对期限有异议", "witness": "示例见证人01", "picture": None, "is_awaited": False},
        ],
        photos=[
            {"no": f"证{n}", "item": f"A{n % 27:02d}", "picture": f"photo{n}.jpg" if n != 2 else None,
             "caption": REMARK, "taken": "2026-11-23T09:12:00+08:00", "by": "执法员乙01",
             "position": "34.75, 113.66（±5 米）", "sha256": f"{n:02x}" * 32}
            for n in range(1, photos + 1)
        ],
        **but,
    )  # fmt: skip


def pictures(photos: int = PHOTOS) -> dict[str, bytes]:
    return {"signature.png": a_signature(), **{f"photo{n}.jpg": a_photo(n) for n in range(1, photos + 1)}}


def a_problem(n: int) -> dict[str, Any]:
    return {
        "no": str(n),
        "item": f"B{n:02d}",
        "title": "消防设施器材完好有效，疏散通道、安全出口保持畅通",
        "severity": "较重",
        "fact": REMARK,
        "basis": ["《中华人民共和国消防法》第十六条", "《物业管理条例》第四十五条"] if n % 2 else [],
        "demand": "按“消防设施器材完好有效”的要求改正，并提交改正后的照片或者文件",
        "evidence": [f"证{n}", f"证{n + 1}"],
        "due": "自本通知书送达之日起 7 个工作日内" if n % 2 else "2027年1月8日前",
        "is_uncertain": n == 2,
        "immediate": n == 3,
    }


VISIT = {"code": "ZZ-2026-017", "campaign": CAMPAIGN, "on": "2026-11-23", "representative": "示例负责人01"}


def an_order(*, problems: int = 9, **but: Any) -> dict[str, Any]:
    return sealed("责改〔2026〕7号", visit=VISIT, problems=[a_problem(n) for n in range(1, problems + 1)],
                  report={"url": "https://suicha.example/p/" + "k" * 43}, made_on="2026-11-24", **but)  # fmt: skip


def a_service(**but: Any) -> dict[str, Any]:
    service = {
        "on": "2026-11-25",
        "how": "left",
        "place": SITE["address"],
        "recipient": None,
        "witness": "示例见证人01",
        "note": "负责人拒绝签收，邀请社区工作人员到场见证，留置于物业服务中心并拍照。",
        "by": "执法员甲01",
    }
    return sealed("送达〔2026〕7号", order={"number": "责改〔2026〕7号"}, service=service, **but)  # fmt: skip


def a_recheck(*, problems: int = 9, **but: Any) -> dict[str, Any]:
    rows = [
        {"item": f"B{n:02d}", "title": "消防设施器材完好有效，疏散通道、安全出口保持畅通", "due_on": "2026-12-04",
         "result": "未整改" if n % 3 == 0 else "已整改", "remark": REMARK, "evidence": [f"证{n}"]}
        for n in range(1, problems + 1)
    ]  # fmt: skip
    visit = {**VISIT, "origin": "ZZ-2026-017", "partner": "示例市城市管理局", "manifest": "cd" * 32}
    return sealed("复查〔2026〕3号", visit=visit, problems=rows, counts={"fixed": "6", "not_fixed": "3"}, **but)


def a_referral(*, problems: int = 2, **but: Any) -> dict[str, Any]:
    return sealed("移函〔2026〕2号", visit=VISIT, department="示例市市场监督管理局", reason="属于价格监督检查职责。",
                  problems=[a_problem(n) for n in range(1, problems + 1)], reply_due_on="2026-12-20",
                  is_reply_due_uncertain=False, made_on="2026-11-27", **but)  # fmt: skip


def a_summary(*, visits: int = 131, **but: Any) -> dict[str, Any]:
    rows = [
        {"no": str(n), "code": f"ZZ-2026-{n:03d}", "district": "郑州航空港经济综合实验区", "site": SITE["name"],
         "enterprise": ENTERPRISE["name"], "on": "2026-11-23", "is_inspected": True, "problems": "6", "closed": "4",
         "open": "2"}
        for n in range(1, visits + 1)
    ]  # fmt: skip
    totals = {"drawn": "131", "inspected": "131", "problems": "757", "closed": "700", "referred": "20",
              "recorded": "10", "withdrawn": "2", "open": "25"}  # fmt: skip
    return sealed("检汇〔2026〕1号", rows=rows, totals=totals, made_on="2026-12-31", **but)


AFTER: dict[Kind, dict[str, Any]] = {
    Kind.SITE_RECORD: a_site_record(photos=0),
    Kind.ORDER: an_order(),
    Kind.SERVICE: a_service(),
    Kind.RECHECK_RECORD: a_recheck(),
    Kind.REFERRAL: a_referral(),
    Kind.SUMMARY: a_summary(visits=20),
}
