"""Hints for a reviewer, case by case, with the sentences that are shown."""

from datetime import date
from typing import Any

import pytest

from suicha.rectification.rules.warnings import Earlier, Thresholds, distance_m, warnings_for

HONEST = {"taken": "2026:11:26 09:00:00", "lat": "34.750000", "lon": "113.650000", "make": "HUAWEI", "has_exif": True,
          "width": 4000, "height": 3000}  # fmt: skip


def hints(
    facts: dict[str, Any], kind: str = "image/jpeg", *, earlier: tuple[Earlier, ...] = (), near_bits: int = 10
) -> list[tuple[str, str]]:
    found = warnings_for(
        facts,
        kind,
        found_on=date(2026, 11, 23),
        site=("34.75", "113.65"),
        earlier=earlier,
        thresholds=Thresholds(far_m=1000, near_bits=near_bits),
    )
    return [(hint.code, hint.text) for hint in found]


def test_an_honest_picture_raises_nothing() -> None:
    assert hints(HONEST) == []


@pytest.mark.parametrize(
    ("said", "code", "text"),
    [
        (
            {"taken": "2026:11:22 23:59:59"},
            "taken_before",
            "照片自带的拍摄日期是 2026-11-22，早于发现问题的 2026-11-23",
        ),
        ({"lat": "34.760000"}, "taken_far_away", "照片自带的位置距离项目约 1.1 公里"),
        ({"lat": "35.750000"}, "taken_far_away", "照片自带的位置距离项目约 111.2 公里"),
        ({"software": "Adobe Photoshop 25.1"}, "edited", "照片由图像编辑或者水印软件保存过（Adobe Photoshop 25.1）"),
        ({"software": "今日水印相机"}, "edited", "照片由图像编辑或者水印软件保存过（今日水印相机）"),
        ({"changed": "2026:11:27 08:00:00"}, "edited", "照片在拍摄之后（2026-11-27）被修改过"),
    ],
)
def test_what_a_picture_says_of_itself_can_stand_out(said: dict[str, str], code: str, text: str) -> None:
    assert hints(HONEST | said) == [(code, text)]


@pytest.mark.parametrize(
    "said",
    [{"taken": "2026:11:23 00:00:00"}, {"lat": "34.758000"}, {"software": "HUAWEI EMUI 11"},
     {"changed": "2026:11:26 09:00:05"}],
)  # fmt: skip
def test_what_is_usual_does_not_stand_out(said: dict[str, str]) -> None:
    assert hints(HONEST | said) == []


def test_a_picture_without_metadata_is_said_to_be_usual_for_messengers() -> None:
    bare = {"has_exif": False, "width": 1706, "height": 1279}
    assert hints(bare) == [("metadata_missing", "照片没有自带拍摄时间和拍摄位置（微信发送的照片通常如此）")]
    assert hints({k: v for k, v in HONEST.items() if k not in ("lat", "lon")}) == [
        ("metadata_missing", "照片没有自带拍摄位置（微信发送的照片通常如此）")
    ]


@pytest.mark.parametrize(("width", "height"), [(1080, 2400), (2400, 1080), (1170, 2532)])
def test_a_png_in_the_shape_of_a_screen_may_be_a_screenshot(width: int, height: int) -> None:
    found = hints({"has_exif": False, "width": width, "height": height}, "image/png")
    assert [code for code, _ in found] == ["screenshot", "metadata_missing"]
    assert found[0][1] == f"尺寸 {width}×{height} 与手机屏幕相同且没有相机信息，可能是截图"


def test_a_camera_picture_in_the_shape_of_a_screen_is_no_screenshot() -> None:
    assert hints(HONEST | {"width": 1080, "height": 2400}) == []


def test_pictures_used_before_are_named_with_the_number_of_bits() -> None:
    earlier = (
        Earlier("检查 T-1 中执法人员拍摄的照片", 0, is_inspectors=True),
        Earlier("问题 T-2-A01 的整改照片", 7, is_inspectors=False),
        Earlier("问题 T-3-A01 的整改照片", 9, is_inspectors=False),
    )
    assert hints(HONEST, earlier=earlier, near_bits=8) == [
        ("same_as_before_photo", "这张照片与检查 T-1 中执法人员拍摄的照片完全相同"),
        ("used_before", "这张照片与问题 T-2-A01 的整改照片几乎相同（128 位指纹相差 7 位）"),
    ]


def test_damaged_metadata_says_nothing() -> None:
    assert hints(HONEST | {"taken": "0000:00:00 00:00:00"}) == []


def test_a_pdf_is_not_looked_at() -> None:
    assert hints({"pages": 1}, "application/pdf") == []


def test_distances_are_those_of_the_globe() -> None:
    # Zhengzhou to Taiyuan: 2.996° to the north are 333.1 km, 1.155° to the west at 36.26° are 103.6 km.
    assert round(distance_m(34.759, 113.774, 37.755, 112.619) / 1000) == 349
    assert distance_m(34.75, 113.65, 34.75, 113.65) == 0
