"""What can go wrong when signing in, and when accounts are opened and closed."""

from suicha.kit.errors import Conflict, Forbidden, NotFound, RuleViolation, TooManyRequests, Unauthenticated


class BadCredentials(Unauthenticated):
    """Name or password is wrong; the two are not told apart."""

    code, title = "bad_credentials", "用户名或密码不正确"


class LoginThrottled(TooManyRequests):
    """Too many wrong passwords for one name or from one address; `retry_after_s` says how long to wait."""

    code, title = "login_throttled", "登录失败次数过多，请稍后再试"


class NotPermitted(Forbidden):
    """No role of the account carries the permission."""

    code, title = "not_permitted", "当前账号无权进行此操作"


class ForeignOrigin(Forbidden):
    """A request with our cookie came from somebody else's page."""

    code, title = "foreign_origin", "请求来源不可信"


class PasswordChangeNeeded(Forbidden):
    """The password was given by somebody else: first it is changed, then everything else is open."""

    code, title = "password_change_needed", "首次登录请先修改密码"


class OldPasswordWrong(RuleViolation):
    """The password of now was not typed rightly; the session goes on."""

    code, title = "old_password_wrong", "原密码不正确"


class PasswordTooWeak(RuleViolation):
    """The new password is too short, too simple, the old one, or holds the name; `reason` says which."""

    code, title = "password_too_weak", "新密码不符合要求"


class AccountUnknown(NotFound):
    """No such account, or none that the caller may manage."""

    code, title = "account_unknown", "没有找到该账号"


class UsernameInvalid(RuleViolation):
    """Not 3 to 40 small letters, digits, dots or dashes."""

    code, title = "username_invalid", "用户名须为 3–40 位小写字母、数字、点或短横线，以字母或数字开头"


class UsernameTaken(Conflict):
    """Another account has the name, perhaps one that the caller does not see."""

    code, title = "username_taken", "该用户名已被使用"


class RoleNotAllowed(RuleViolation):
    """The role does not fit: field roles need a row in the roster of inspectors, desk roles have none."""

    code, title = "role_not_allowed", "不能授予该角色"


class DepartmentUnfit(RuleViolation):
    """A partner's account names its department and has no other role; no other account has a department."""

    code, title = "department_unfit", "协同部门账号须填写所属部门，并且不能兼任其他角色"


class OwnAccount(Conflict):
    """Nobody disables himself or resets his own password."""

    code, title = "own_account", "不能对自己的账号进行此操作"


class LastAdmin(Conflict):
    """Without an administrator nobody could open accounts again."""

    code, title = "last_admin", "这是最后一个可用的系统管理员账号，不能停用"
