"""Which timed run was taken by a process, so that several processes make it once."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from suicha.infra.db import UtcInstant


class JobRun(SQLModel, table=True):
    """One run of one job: the slot is the time span that it stands for."""

    __tablename__ = "worker_job_run"

    job: str = Field(primary_key=True, max_length=60)
    slot: str = Field(primary_key=True, max_length=40)
    started_at: datetime = Field(sa_type=UtcInstant, index=True)
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    is_failed: bool = False
