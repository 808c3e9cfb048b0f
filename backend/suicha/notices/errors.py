"""What can go wrong with messages."""

from suicha.kit.errors import Conflict, NotFound, RuleViolation


class NoticeUnknown(NotFound):
    """No such message in the caller's inbox."""

    code, title = "notice_unknown", "没有找到这条消息"


class DeliveryUnknown(NotFound):
    """No such message to the outside in the caller's jurisdiction."""

    code, title = "delivery_unknown", "没有找到这条待发消息"


class DeliverySettled(Conflict):
    """Only what was given up can be tried again or dropped."""

    code, title = "delivery_settled", "这条消息不在未送达之列"


class AddressInvalid(RuleViolation):
    """A phone number or an e-mail address that cannot be one."""

    code, title = "notice_address_invalid", "手机号码或邮箱地址不正确"
