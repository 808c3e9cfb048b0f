"""The object store behind one port: a folder on this machine, or MinIO and any other S3 store.

Keys are made by us and name their content (`storage/README.md`), so a put may be repeated at will.
Nothing that a store says about content is believed: digests, sizes and content types live in the database.
"""

from suicha.infra.blobs.folder import FolderBlobs
from suicha.infra.blobs.minio import MinioBlobs
from suicha.infra.blobs.port import BlobMissing, BlobStore, StoreRefused, StoreUnavailable
from suicha.infra.settings import Settings

__all__ = [
    "BlobMissing",
    "BlobStore",
    "FolderBlobs",
    "MinioBlobs",
    "StoreRefused",
    "StoreUnavailable",
    "open_blob_store",
]


def open_blob_store(settings: Settings) -> BlobStore:
    """The store that the settings name: S3 when there is an endpoint, a folder below the data otherwise."""
    return MinioBlobs(settings.s3) if settings.s3 else FolderBlobs(settings.data_dir / "evidence")
