"""The store in S3, or anything that speaks it with conditional writes (AWS, MinIO, Ceph, SeaweedFS)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions as boto
from botocore.config import Config

from archive.errors import (
    AlreadyExists,
    ArchiveError,
    Conflict,
    NoSpace,
    NotFound,
    StoreDenied,
    StoreMisconfigured,
    StoreUnreachable,
)
from archive.store import Names

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

Options = dict[str, Any]
Parts = list["CompletedPartTypeDef"]

MULTIPART_FROM = 64 << 20
PART = 16 << 20
PATIENCE = 60.0  # seconds without an answer
DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "403"}
FULL = {"InsufficientStorage", "XMinioStorageFull", "QuotaExceeded", "507"}
BEYOND_END = "InvalidRange"
NO_BUCKET = {"NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "301"}


class S3Store:
    """Objects in `bucket`, below `prefix`. Credentials and region come from the AWS_* environment."""

    def __init__(self, bucket: str, *, prefix: str = "", endpoint: str | None = None) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")
        self._endpoint = endpoint
        with _named_errors(self.url):
            self._client = _client(endpoint)

    def get(self, key: str, *, start: int | None = None, length: int | None = None) -> bytes:
        return self._get(key, start, length)[0]

    def get_with_tag(self, key: str) -> tuple[bytes, str]:
        return self._get(key, None, None)

    def put(self, key: str, data: bytes, *, if_absent: bool = False, if_match: str | None = None) -> str:
        with _named_errors(key, conflict=Conflict if if_match is not None else AlreadyExists):
            condition = _condition(if_absent, if_match)
            return self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data, **condition)["ETag"]

    def put_file(self, key: str, path: Path, *, if_absent: bool = True) -> None:
        with _named_errors(key):
            if path.stat().st_size > MULTIPART_FROM:
                self._put_parts(key, path, _condition(if_absent, None))
                return
            with path.open("rb") as file:
                self._client.put_object(
                    Bucket=self.bucket, Key=self.prefix + key, Body=file, **_condition(if_absent, None)
                )

    def exists(self, key: str) -> bool:
        try:
            with _named_errors(key):
                self._client.head_object(Bucket=self.bucket, Key=self.prefix + key)
        except NotFound:
            return False
        return True

    def list(self, prefix: str, *, start_after: str = "") -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2")
        after: Options = {"StartAfter": self.prefix + start_after} if start_after else {}
        with _named_errors(prefix):
            keys = [
                found["Key"].removeprefix(self.prefix)
                for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix, **after)
                for found in page.get("Contents", [])
            ]
        yield from sorted(keys)  # SeaweedFS lists folder by folder: `a/1` before `a-b` (November 2026)

    def folders(self, prefix: str) -> Names:
        pages = self._client.get_paginator("list_objects_v2")
        whole = self.prefix + prefix
        with _named_errors(prefix):
            return sorted(
                found["Prefix"].removeprefix(whole).rstrip("/")
                for page in pages.paginate(Bucket=self.bucket, Prefix=whole, Delimiter="/")
                for found in page.get("CommonPrefixes", [])
            )

    def check(self) -> None:
        with _named_errors(f"bucket {self.bucket}"):
            self._client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=1)

    def _get(self, key: str, start: int | None, length: int | None) -> tuple[bytes, str]:
        last = "" if length is None else str((start or 0) + length - 1)
        span: Options = {} if start is None and length is None else {"Range": f"bytes={start or 0}-{last}"}
        with _named_errors(key):
            try:
                answer = self._client.get_object(Bucket=self.bucket, Key=self.prefix + key, **span)
            except boto.ClientError as error:
                if error.response.get("Error", {}).get("Code") == BEYOND_END:
                    return b"", ""
                raise
            return answer["Body"].read(), answer["ETag"]

    def _put_parts(self, key: str, path: Path, condition: Options) -> None:
        where: Options = {"Bucket": self.bucket, "Key": self.prefix + key}
        upload: Options = {**where, "UploadId": self._client.create_multipart_upload(**where)["UploadId"]}
        try:
            parts: Parts = [
                {"PartNumber": number, "ETag": self._client.upload_part(PartNumber=number, Body=part, **upload)["ETag"]}
                for number, part in enumerate(_parts(path), start=1)
            ]
            self._client.complete_multipart_upload(MultipartUpload={"Parts": parts}, **upload, **condition)
        except BaseException:
            self._client.abort_multipart_upload(**upload)
            raise


def _client(endpoint: str | None) -> S3Client:
    own: Any = {"addressing_style": "path"} if endpoint else {}
    # A session of its own: boto3's default one would remember the first credentials it saw.
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        config=Config(
            connect_timeout=3, read_timeout=PATIENCE, retries={"mode": "standard", "total_max_attempts": 3}, s3=own
        ),
    )


def _condition(if_absent: bool, if_match: str | None) -> Options:
    if if_match is not None:
        return {"IfMatch": if_match}
    return {"IfNoneMatch": "*"} if if_absent else {}


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


@contextmanager
def _named_errors(what: str, *, conflict: type[ArchiveError] = AlreadyExists) -> Iterator[None]:
    """botocore's errors under our names. `conflict` is what a failed condition means."""
    try:
        yield
    except boto.ClientError as error:
        raise _from_answer(what, error, conflict) from error
    except (boto.NoCredentialsError, boto.PartialCredentialsError) as error:
        raise StoreDenied("no credentials for the object store") from error
    except (boto.ParamValidationError, ValueError) as error:
        raise StoreMisconfigured(f"{what}: {error}") from error
    except boto.BotoCoreError as error:
        raise StoreUnreachable(f"no answer for {what}: {error}") from error


def _from_answer(what: str, error: boto.ClientError, conflict: type[ArchiveError]) -> ArchiveError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in NO_BUCKET:
        return StoreMisconfigured(f"the bucket cannot be used ({code})", action="create the bucket or name another")
    if code in DENIED or status in (401, 403):
        return StoreDenied(f"the object store refused {what} ({code})")
    if code in FULL or status == 507:
        return NoSpace(f"the object store has no room for {what}")
    if status == 412 or code == "ConditionalRequestConflict":
        return conflict(f"{what} is already there, or is another version by now")
    if status == 404:
        return NotFound(f"there is no {what}")
    return StoreUnreachable(f"the object store failed on {what}: {error}")
