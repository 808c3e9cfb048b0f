"""What can go wrong with the libraries of sites and inspectors."""

from suicha.kit.errors import BadRequest, Conflict, NotFound, RuleViolation, TooLarge


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


class EnterpriseUnknown(NotFound):
    """No such enterprise, or none that the caller may know of."""

    code, title = "enterprise_unknown", "没有找到该物业服务企业"


class RosterRowUnknown(NotFound):
    """No such recusal or leave, or none that the caller may know of."""

    code, title = "roster_row_unknown", "没有找到这条名录记录"


class RosterRowStale(Conflict):
    """Somebody else changed the row since the caller read it; `revision` is the present one."""

    code, title = "roster_row_stale", "这条记录已被他人修改，请刷新后再改"


class RosterRowRefused(RuleViolation):
    """What should stand in the row breaks a rule; `problems` says for each column which and why."""

    code, title = "roster_row_refused", "填写的内容不符合要求"


class AlreadyRemoved(Conflict):
    """The row was removed from the library, or was restored, already."""

    code, title = "already_removed", "这条记录的状态已经改变，请刷新"


class StillInUse(Conflict):
    """Rows that are in force point at this one; `rows` says how many."""

    code, title = "still_in_use", "还有在用的记录指向它，请先处理"


class ImportUnknown(NotFound):
    """No such import, or none that the caller may know of."""

    code, title = "import_unknown", "没有找到这次导入"


class ImportTooBig(TooLarge):
    """The upload is larger than the route takes; `most_bytes`."""

    code, title = "import_too_big", "文件超过 20 MB，请拆分后分次导入"


class ImportFileMissing(BadRequest):
    """The form has no file in it, or the file is empty."""

    code, title = "import_file_missing", "没有收到文件，请重新选择"


class ImportLayoutWrong(RuleViolation):
    """Sheets or columns are not those of the template; `problems` names each."""

    code, title = "import_layout_wrong", "文件的工作表或列与模板不符"


class ImportEmpty(RuleViolation):
    """There is nothing to import in the file."""

    code, title = "import_empty", "文件中没有可导入的数据"


class ImportTooLong(RuleViolation):
    """More rows than one import takes; `most`."""

    code, title = "import_too_long", "一次最多导入 50000 行，请拆分后分次导入"


class ImportNotReady(Conflict):
    """The dry run is not there: still reading, refused, interrupted, or committed already; `state` says which."""

    code, title = "import_not_ready", "这次导入当前不能提交"


class ImportHasRejects(Conflict):
    """Some rows were rejected: all or nothing; `rejected` says how many."""

    code, title = "import_has_rejects", "仍有不合格的行，更正后重新上传才能导入"


class ImportOutdated(Conflict):
    """The libraries changed since the dry run in a way that changes what the import would do; nothing was written."""

    code, title = "import_outdated", "名录在预检之后有变动，请重新预检"
