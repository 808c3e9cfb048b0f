"""The devices of an account, for those who manage accounts."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.kit.clock import utc_now
from suicha.sync import devices
from suicha.sync.device_schemas import AccountDeviceListOut, RevokeDeviceRequest


class AccountDevicesController(Controller):
    """`/api/accounts/{id}/devices`: what an account works on; a device can be taken out of service and put back."""

    path = "/api/accounts/{account_id:uuid}/devices"
    tags = ["accounts"]

    @get("/", operation_id="listAccountDevices", opt=may(Permission.MANAGE_ACCOUNTS))
    async def list_devices(
        self, account_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> AccountDeviceListOut:
        """All devices that ever named themselves under this account."""
        return AccountDeviceListOut.of(await devices.replicas_of(session, str(account_id), caller))

    @post(
        "/{replica_id:uuid}/revoke",
        operation_id="revokeDevice",
        status_code=200,
        opt=may(Permission.MANAGE_ACCOUNTS),
    )
    async def revoke(
        self,
        account_id: FromPath[UUID],
        replica_id: FromPath[UUID],
        data: JSONBody[RevokeDeviceRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> AccountDeviceListOut:
        """Take a device out of service; the person signs in again on the others."""
        account, replica = str(account_id), str(replica_id)
        await devices.revoke(session, account, replica, reason=data.reason, by=caller, now=utc_now())
        return AccountDeviceListOut.of(await devices.replicas_of(session, account, caller))

    @post(
        "/{replica_id:uuid}/restore",
        operation_id="restoreDevice",
        status_code=200,
        opt=may(Permission.MANAGE_ACCOUNTS),
    )
    async def restore(
        self,
        account_id: FromPath[UUID],
        replica_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> AccountDeviceListOut:
        """Put a device back into service, so that it can bring what it holds."""
        account = str(account_id)
        await devices.restore(session, account, str(replica_id), by=caller, now=utc_now())
        return AccountDeviceListOut.of(await devices.replicas_of(session, account, caller))
