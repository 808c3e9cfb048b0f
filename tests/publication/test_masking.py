"""What personal data may not stand in a publication, and what must survive."""

import pytest

from suicha.publication.rules.masking import masked, masked_name, masked_number


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13800001234无人接听", "电话138****1234无人接听"),
        ("身份证110101199003071234", "身份证110101************"),
        ("身份证11010119900307123X", "身份证110101************"),
        ("值班室0371-66001234", "值班室0371-****1234"),
        ("车牌豫A·12345占用通道", "车牌豫A***45占用通道"),
        ("车牌豫AD12345占用通道", "车牌豫A****45占用通道"),
        ("写信到 a.b@example.com", "写信到 ***"),
        ("示例甲在场", "示**在场"),
        # Numbers that are no personal data stay.
        ("灭火器 12 具，编号 20261123", "灭火器 12 具，编号 20261123"),
        ("标准 GB 50016-2014", "标准 GB 50016-2014"),
        ("", ""),
    ],
)
def test_personal_data_in_free_text_are_masked(said: str, shown: str) -> None:
    assert masked(said, ["示例甲"]) == shown
    assert masked(shown, ["示例甲"]) == shown


def test_names_and_numbers_keep_only_what_tells_nothing() -> None:
    assert masked_name("示例甲") == "示**"
    shown = {"豫执法-000123": "豫执******23", "1234": "1**4", "1": "*", "": None}
    assert {number: masked_number(number) for number in shown} == shown
    assert masked_number(None) is None


def test_a_longer_name_is_masked_before_a_shorter_one_in_it() -> None:
    assert masked("示例甲乙和示例甲", ["示例甲", "示例甲乙"]) == "示***和示**"
