"""What can go wrong with problems, orders, requests and rechecks."""

from suicha.kit.errors import Conflict, Forbidden, NotFound, RuleViolation, TooLarge, TooManyRequests, Unauthenticated


class IllegalStep(Conflict):
    """A problem or a recheck cannot go from the state in which it is to the one that was asked for."""

    code, title = "illegal_step", "当前状态不能进行这一步"


class ProblemUnknown(NotFound):
    """No such problem for this caller."""

    code, title = "problem_unknown", "没有找到这个问题"


class OrderUnknown(NotFound):
    """No such order for this caller."""

    code, title = "order_unknown", "没有找到这份通知书"


class RequestUnknown(NotFound):
    """No such extension, objection, step or referral for this caller."""

    code, title = "request_unknown", "没有找到这项申请或事项"


class NotYoursToDecide(Forbidden):
    """The caller may see it; deciding is for the office and for the leader of that visit."""

    code, title = "not_yours_to_decide", "只有办公室和本次检查的组长可以处理"


class AlreadyDecided(Conflict):
    """Somebody else was faster, or the same person twice."""

    code, title = "already_decided", "这一项已经处理过了"


class OrderNotIssued(Conflict):
    """Only an issued order can be served."""

    code, title = "order_not_issued", "通知书还没有制发"


class OrderNotServed(Conflict):
    """Deadlines count from service: before it there is nothing to extend or to answer."""

    code, title = "order_not_served", "通知书还没有送达"


class ServiceTooEarly(RuleViolation):
    """Served before it was issued."""

    code, title = "service_too_early", "送达日期早于制发日期"


class ServiceTooLate(RuleViolation):
    """Served on a day that has not come."""

    code, title = "service_too_late", "送达日期不能晚于今天"


class ServiceIncomplete(RuleViolation):
    """The way of service needs something that was not said; `missing` names it."""

    code, title = "service_incomplete", "送达情况不完整"


class DayBeforeService(RuleViolation):
    """A day that the leader set has passed when the order is served."""

    code, title = "day_before_service", "指定的期限早于送达日期"


class ServiceFixed(Conflict):
    """An extension was granted on the days that count from this service: correct the day there."""

    code, title = "service_fixed", "已经同意过延期，不能再更正送达日期"


class ExtensionTooShort(RuleViolation):
    """The wanted day is no extension."""

    code, title = "extension_too_short", "申请的日期没有晚于现在的期限"


class ExtensionTooLong(RuleViolation):
    """Later than the policy allows; `latest_on` names the last day."""

    code, title = "extension_too_long", "申请的日期超过了可以延期的最晚日期"


class RequestPending(Conflict):
    """There is one that waits for a decision."""

    code, title = "request_pending", "已有一项申请在等待答复"


class ProblemEnded(Conflict):
    """The problem has come to its end."""

    code, title = "problem_ended", "这个问题已经办结"


class NothingToRefer(RuleViolation):
    """None of the problems is there, open, and of this visit."""

    code, title = "nothing_to_refer", "没有可以移送的问题"


class ReferFirst(RuleViolation):
    """The rung `referral` is taken by making a referral, which needs a department and a reason."""

    code, title = "refer_first", "请用“移送”办理这一步"


class LinkUnknown(NotFound):
    """No such page: a wrong, forged or mistyped address; the cases are not told apart."""

    code, title = "link_unknown", "这个链接打不开，请重新扫描通知书上的二维码"


class LinkRevoked(Forbidden):
    """The office has closed the page, or the order was withdrawn."""

    code, title = "link_revoked", "这个链接已停用，请联系制发通知书的机关"


class LinkExpired(Forbidden):
    """Long after the last deadline the page is closed."""

    code, title = "link_expired", "这个链接已过期，请联系制发通知书的机关"


class LinkLocked(Forbidden):
    """Too many wrong digits; the office can unlock it."""

    code, title = "link_locked", "输错次数过多，页面已锁定，请联系制发通知书的机关解锁"


class DigitsWrong(RuleViolation):
    """Not the last four digits of a registered number; `left` tries are left."""

    code, title = "digits_wrong", "号码后四位不对"


class TooManyTries(TooManyRequests):
    """Wait before the digits are tried again; `retry_after_s`."""

    code, title = "digits_throttled", "输错次数较多，请稍后再试"


class NoPhoneRegistered(Conflict):
    """Neither the site nor the enterprise has a number in the registry."""

    code, title = "no_phone_registered", "名录中没有登记联系电话，请联系制发通知书的机关"


class PortalSignInNeeded(Unauthenticated):
    """No session of this page, or one that has ended: the digits are asked again."""

    code, title = "portal_sign_in_needed", "请重新输入号码后四位"


class FileNotAccepted(RuleViolation):
    """Not a picture or PDF that is taken; `reason` says what is wrong with it."""

    code, title = "file_not_accepted", "这个文件不能上传"


class FileTooLarge(TooLarge):
    """More bytes than a file, or than all files of an order, may have."""

    code, title = "file_too_large", "文件太大"


class TooManyFiles(RuleViolation):
    """More files for one problem than are taken."""

    code, title = "too_many_files", "这个问题的文件已经够多了"


class UploadOutOfStep(Conflict):
    """The piece does not follow what is here; `offset` says where to go on."""

    code, title = "upload_out_of_step", "上传进度不一致，请从正确的位置继续"


class UploadMismatch(RuleViolation):
    """The bytes are not those that were announced."""

    code, title = "upload_mismatch", "文件内容在传输中发生变化，请重新上传"


class FileUnknown(NotFound):
    """No such file for this problem, or none that the caller may see."""

    code, title = "file_unknown", "没有找到这个文件"


class NothingHandedIn(RuleViolation):
    """A submission needs at least one file or some words."""

    code, title = "nothing_handed_in", "请至少上传一个文件，或写明整改情况"


class SubmissionWaits(Conflict):
    """What was handed in before is still being looked at."""

    code, title = "submission_waits", "上一次提交的整改证明正在审核"


class SubmissionUnknown(NotFound):
    """No such submission for this caller."""

    code, title = "submission_unknown", "没有找到这次提交"


class RecheckUnknown(NotFound):
    """No such recheck for this caller."""

    code, title = "recheck_unknown", "没有找到这次复查"


class NobodyToRecheck(RuleViolation):
    """Fewer than two officers can go; `excluded` counts why the others cannot."""

    code, title = "nobody_to_recheck", "可以派出的执法人员不足两名"


class RecheckNotDrawn(Conflict):
    """Nobody was drawn for it yet."""

    code, title = "recheck_not_drawn", "还没有抽取复查人员"


class RecheckSent(Conflict):
    """The team was sent already, or the recheck is over."""

    code, title = "recheck_sent", "这次复查已经派出或者已经结束"


class RecheckDayTaken(Conflict):
    """Another recheck of the same visit has that day; its problems and its team are its own."""

    code, title = "recheck_day_taken", "这次检查在所选日期另有一次复查，请改选其他日期"


class NothingToRecheck(RuleViolation):
    """None of its problems is open any more."""

    code, title = "nothing_to_recheck", "没有需要复查的问题"


class NothingClosed(RuleViolation):
    """No problem was closed in the period that was asked for."""

    code, title = "nothing_closed", "这段时间内没有已销号的问题"


class ReferralUnknown(NotFound):
    """No such letter to the caller's department."""

    code, title = "referral_unknown", "没有找到这份移送函"


class ReplyFileNotAccepted(RuleViolation):
    """Not a PDF, JPEG or PNG, or a file that hides something; `reason`."""

    code, title = "reply_file_not_accepted", "这个文件不能作为反馈附件"


class ReplyFilesFull(RuleViolation):
    """So many files are enough; `most`."""

    code, title = "reply_files_full", "反馈附件的数量已达上限"


class LookbackUnknown(NotFound):
    """No such look-back for this caller."""

    code, title = "lookback_unknown", "没有找到这次回头看"
