"""What can go wrong when signing in."""

from suicha.kit.errors import Forbidden, TooManyRequests, Unauthenticated


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
