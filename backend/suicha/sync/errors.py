"""What can go wrong with a whole request; a single bad op is never an error but an outcome."""

from suicha.kit.errors import ClientTooOld, Forbidden, NotFound, TooLarge, Unavailable


class BatchTooLarge(TooLarge):
    """More than 200 ops or 512 KiB of unzipped JSON; the client halves the batch."""

    code, title = "batch_too_large", "一次提交的内容过多，请分批提交"


class DatabaseBusy(Unavailable):
    """The database does not answer in time; nothing was taken in, the same bytes may be sent again."""

    code, title = "database_busy", "服务器繁忙，数据仍在本机，请稍后自动重试"


class ReplicaNotYours(Forbidden):
    """The replica belongs to another account."""

    code, title = "replica_not_yours", "此设备标识属于其他账号"


class ReplicaRevoked(Forbidden):
    """The device was taken out of service; what it recorded can still be exported."""

    code, title = "replica_revoked", "此设备已被停用"


class DeviceUnknown(NotFound):
    """The account has no such device."""

    code, title = "device_unknown", "该账号没有这台设备"


class ProtocolTooOld(ClientTooOld):
    """The transport version is older than the server speaks."""

    code, title = "protocol_too_old", "应用版本过旧，请更新后再开始新的检查"
