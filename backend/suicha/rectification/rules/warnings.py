"""What a reviewer should know about a picture of the enterprise. Never a verdict: only a person returns proof.

A watermark proves nothing (apps edit it); what a picture says of itself can be changed too, so every line is a hint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_M = 6_371_000
# Screens of phones and desks in pixels: a picture of exactly that shape without a camera's mark may be a screenshot.
_SCREENS = frozenset(
    {(720, 1280), (720, 1600), (750, 1334), (828, 1792), (1080, 1920), (1080, 2160), (1080, 2280), (1080, 2340),
     (1080, 2400), (1080, 2460), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622), (1220, 2712), (1242, 2688),
     (1284, 2778), (1290, 2796), (1320, 2868), (1440, 3200), (1920, 1080), (2560, 1440)}
)  # fmt: skip
_EDITORS = (
    "photoshop",
    "lightroom",
    "gimp",
    "meitu",
    "美图",
    "picsart",
    "snapseed",
    "水印",
    "watermark",
    "canva",
    "paint",
)


@dataclass(frozen=True)
class Earlier:
    """The same or nearly the same picture elsewhere, and where."""

    place: str
    bits: int
    is_inspectors: bool


@dataclass(frozen=True)
class Thresholds:
    """Set by the bureau; `checklists/policies/proof.yaml`."""

    far_m: int
    near_bits: int


@dataclass(frozen=True)
class Hint:
    """A hint: a stable code and a sentence."""

    code: str
    text: str


def warnings_for(
    facts: Mapping[str, Any],
    content_type: str,
    *,
    found_on: date,
    site: tuple[str | None, str | None],
    earlier: Sequence[Earlier],
    thresholds: Thresholds,
) -> list[Hint]:
    """Everything that stands out, the gravest first."""
    if not content_type.startswith("image/"):
        return []
    return [
        *_used_before(earlier, thresholds),
        *_too_old(facts, found_on),
        *_far_away(facts, site, thresholds),
        *_edited(facts),
        *_screenshot(facts, content_type),
        *_silent(facts),
    ]


def _used_before(earlier: Sequence[Earlier], thresholds: Thresholds) -> list[Hint]:
    found = []
    for one in earlier:
        if one.bits > thresholds.near_bits:
            continue
        how = "与{}完全相同" if one.bits == 0 else f"与{{}}几乎相同（128 位指纹相差 {one.bits} 位）"
        code = "same_as_before_photo" if one.is_inspectors else "used_before"
        found.append(Hint(code, f"这张照片{how.format(one.place)}"))
    return found[:5]


def taken_on(facts: Mapping[str, Any]) -> date | None:
    """The day on which the picture says that it was taken."""
    try:
        return datetime.strptime(str(facts.get("taken", ""))[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - EXIF has no zone
    except ValueError:
        return None


def _too_old(facts: Mapping[str, Any], found_on: date) -> list[Hint]:
    day = taken_on(facts)
    if day is None or day >= found_on:
        return []
    return [Hint("taken_before", f"照片自带的拍摄日期是 {day}，早于发现问题的 {found_on}")]


def _far_away(facts: Mapping[str, Any], site: tuple[str | None, str | None], thresholds: Thresholds) -> list[Hint]:
    if None in site or "lat" not in facts or "lon" not in facts:
        return []
    here = distance_m(float(facts["lat"]), float(facts["lon"]), float(site[0] or 0), float(site[1] or 0))
    if here <= thresholds.far_m:
        return []
    words = f"{here / 1000:.1f} 公里" if here >= 1000 else f"{here:.0f} 米"  # noqa: PLR2004 - metres of a kilometre
    return [Hint("taken_far_away", f"照片自带的位置距离项目约 {words}")]


def _edited(facts: Mapping[str, Any]) -> list[Hint]:
    software = str(facts.get("software", ""))
    if any(name in software.lower() for name in _EDITORS):
        return [Hint("edited", f"照片由图像编辑或者水印软件保存过（{software}）")]
    taken, changed = facts.get("taken"), facts.get("changed")
    if taken and changed and str(taken)[:10] != str(changed)[:10]:
        return [Hint("edited", f"照片在拍摄之后（{str(changed)[:10].replace(':', '-')}）被修改过")]
    return []


def _screenshot(facts: Mapping[str, Any], content_type: str) -> list[Hint]:
    size = (facts.get("width"), facts.get("height"))
    is_screen = size in _SCREENS or (size[1], size[0]) in _SCREENS
    if is_screen and not facts.get("make") and (content_type == "image/png" or not facts.get("has_exif")):
        return [Hint("screenshot", f"尺寸 {size[0]}×{size[1]} 与手机屏幕相同且没有相机信息，可能是截图")]
    return []


def _silent(facts: Mapping[str, Any]) -> list[Hint]:
    missing = [words for name, words in (("taken", "拍摄时间"), ("lat", "拍摄位置")) if name not in facts]
    if not missing:
        return []
    return [Hint("metadata_missing", f"照片没有自带{'和'.join(missing)}（微信发送的照片通常如此）")]


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two points on the globe (haversine)."""
    half_lat, half_lon = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, chord)))
