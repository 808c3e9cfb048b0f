"""What can go wrong with a draw."""

from suicha.kit.errors import Conflict, Forbidden, NotFound, RuleViolation


class DrawInfeasible(RuleViolation):
    """No result satisfies every rule; `causes` names which ones, by code and in words."""

    code, title = "draw_infeasible", "按现有条件无法抽取"


class PoolInvalid(RuleViolation):
    """The pool is not what docs/draw.md section 2.1 describes."""

    code, title = "pool_invalid", "抽取名单不符合规定的格式"


class PlanUnknown(NotFound):
    """No such plan, or none that the caller may know of."""

    code, title = "plan_unknown", "没有找到该年度计划"


class CampaignUnknown(NotFound):
    """No such campaign, or none that the caller may know of."""

    code, title = "campaign_unknown", "没有找到该抽查任务"


class DrawUnknown(NotFound):
    """No such draw, or none that the caller may know of."""

    code, title = "draw_unknown", "没有找到该次抽取"


class OfficialUnknown(NotFound):
    """Nobody of this name committed a secret to this draw."""

    code, title = "official_unknown", "此人没有在本次抽取中提交承诺"


class OutsideJurisdiction(Forbidden):
    """The campaign would reach beyond the caller's jurisdiction; `jurisdictions` names where."""

    code, title = "outside_jurisdiction", "超出当前账号的管辖范围"


class OfficialBarred(Forbidden):
    """Who did not reveal a secret is replaced until a draw of the campaign has been sealed."""

    code, title = "official_barred", "此人上次未公开秘密，本次抽取须由他人代替"


class RevisionStale(Conflict):
    """Somebody else has changed the plan or the campaign meanwhile; `revision` is the one in force."""

    code, title = "draws_revision_stale", "内容已被他人修改，请刷新后再改"


class PlanNotDraft(Conflict):
    """The plan is approved or published: it changes no more."""

    code, title = "plan_not_draft", "年度计划已批准，不能修改"


class CampaignNotDraft(Conflict):
    """The pool is frozen or drawn: what was decided before the draw changes no more."""

    code, title = "campaign_not_draft", "名单已冻结或已抽取，任务不能再修改"


class IllegalCampaignStep(Conflict):
    """The plan or the campaign cannot go from the state in which it is to the one that was asked for."""

    code, title = "illegal_campaign_step", "任务的当前状态不能进行这一步"


class LedgerNotEmpty(Conflict):
    """There were draws for this campaign; they stay, and so does the campaign."""

    code, title = "ledger_not_empty", "该任务已有抽取台账，不能删除"


class CampaignCodeTaken(Conflict):
    """Another campaign has this short code, which visit numbers begin with."""

    code, title = "campaign_code_taken", "该任务简码已被使用"


class DrawOpen(Conflict):
    """A draw of this campaign is under way; `draw` names it."""

    code, title = "draw_open", "该任务有一次抽取尚未结束"


class DrawNotSealed(Conflict):
    """The draw has no result in force."""

    code, title = "draw_not_sealed", "抽取结果尚未封存"


class IllegalDrawStep(Conflict):
    """Freeze, commitments, public value, secrets, seal: no such step is open now; `state` says where it stands."""

    code, title = "illegal_draw_step", "抽取仪式还没有到这一步，或这一步已经结束"


class AlreadyCommitted(Conflict):
    """One commitment for each official; it cannot be exchanged."""

    code, title = "already_committed", "您已提交过承诺，不能更换"


class OfficialRenamed(Conflict):
    """The name that the commitment was made under is not the one that the draw lists; `official` is."""

    code, title = "official_renamed", "登记姓名已变化，请重新生成承诺"


class TooFewOfficials(Conflict):
    """At least two officials must have committed; `have` and `need` say how many."""

    code, title = "too_few_officials", "至少须有两人提交承诺"


class ValueByOthers(Conflict):
    """Two people enter the public value, and two others have done so."""

    code, title = "value_by_others", "公开数值已由另外两人录入"


class PublicValueUsed(Conflict):
    """The public value stands in an earlier draw: a new draw needs fresh randomness."""

    code, title = "public_value_used", "该公开数值已在以前的抽取中使用，须换用新的数值"


class OfficialHasRevealed(Conflict):
    """The secret of this official is there."""

    code, title = "official_has_revealed", "此人已公开秘密"


class VisitsBegun(Conflict):
    """Teams are at work on what the earlier draw gave; `visits` says how many."""

    code, title = "visits_begun", "已有项目开始检查，不能重新抽取"


class NothingToReplace(Conflict):
    """All visits of the team are finished: nobody is needed in that place."""

    code, title = "nothing_to_replace", "该组的检查均已完成，无须补抽"


class AuthorityMissing(RuleViolation):
    """Work across districts needs the number of the document that orders it (属地管辖为原则)."""

    code, title = "authority_missing", "异地交叉检查须填写依据文件文号"


class ReasonMissing(RuleViolation):
    """A sealed draw is superseded, voided or changed only with a reason."""

    code, title = "reason_missing", "须填写原因"


class CampaignInvalid(RuleViolation):
    """A setting of the campaign or plan cannot be; `field` names it."""

    code, title = "campaign_invalid", "任务设置不正确"


class CommitmentMalformed(RuleViolation):
    """A commitment is 64 lower-case hexadecimal digits."""

    code, title = "commitment_malformed", "承诺须为 64 位十六进制数"


class SecretWrong(RuleViolation):
    """The secret does not give the commitment; nothing was taken in, and it may be tried again."""

    code, title = "secret_wrong", "秘密与承诺不一致，请核对后重试"


class ValueMalformed(RuleViolation):
    """Source and value of the public value are short texts of one line, and neither may be empty."""

    code, title = "value_malformed", "须填写公开数值及其来源"


class SeatUnknown(RuleViolation):
    """No team of the draw has such a seat."""

    code, title = "seat_unknown", "检查组中没有这个席位"
