"""What can go wrong with editions and calendars."""

from suicha.kit.errors import Conflict, NotFound, RuleViolation


class EditionUnknown(NotFound):
    """No edition is stored under this hash."""

    code, title = "edition_unknown", "没有这个版本的检查表"


class EditionInvalid(RuleViolation):
    """A checklist file does not have the shape of an edition; the detail names the file and the place."""

    code, title = "edition_invalid", "检查表文件不符合格式"


class EditionChanged(Conflict):
    """A file was edited after its edition had been stored: write a new version instead."""

    code, title = "edition_changed", "检查表版本已入库，不得修改"


class CalendarInvalid(RuleViolation):
    """A calendar file does not make sense; the detail names the file and the place."""

    code, title = "calendar_invalid", "节假日日历文件不符合格式"
