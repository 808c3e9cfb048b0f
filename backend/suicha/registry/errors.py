"""What can go wrong with the libraries of sites and inspectors."""

from suicha.kit.errors import Conflict, NotFound, RuleViolation


class UsccInvalid(RuleViolation):
    """The unified social credit code breaks GB 32100: wrong length, wrong character or wrong check digit."""

    code, title = "uscc_invalid", "统一社会信用代码不正确"


class UsccTaken(Conflict):
    """Another enterprise is registered under this code."""

    code, title = "uscc_taken", "该统一社会信用代码已登记"


class SiteUnknown(NotFound):
    """No such site, or none that the caller may know of."""

    code, title = "site_unknown", "没有找到该物业服务项目"


class InspectorUnknown(NotFound):
    """No such inspector, or none that the caller may know of."""

    code, title = "inspector_unknown", "没有找到该检查人员"


class InspectorHasAccount(Conflict):
    """The row has its account already."""

    code, title = "inspector_has_account", "该检查人员已有账号"


class InspectorRemoved(Conflict):
    """Nobody who left the roster gets an account; restore the row first."""

    code, title = "inspector_removed", "该检查人员已移出名录，请先恢复"
