"""Streams that are compressed on the disk: gzip (.gz) and Zstandard (.zst).

What is written block by block is one gzip member or one Zstandard frame a block. Readers take
them one after the other (RFC 1952, RFC 8878), so that a cut-off file can be continued.
"""

import gzip
import io
import zlib
from typing import Any, BinaryIO

from stance.storage.errors import InputError

COMPRESSIONS = (".gz", ".zst")


def decompressed(stream: BinaryIO, compression: str) -> BinaryIO:
    """The stream with what it holds, unpacked while it is read; itself for compression "".

    A damaged or cut-off stream raises InputError when the reading comes to that place.
    """
    if not compression:
        return stream
    return io.BufferedReader(_Unpacking(stream, compression), 1 << 18)


def compress(content: bytes, compression: str) -> bytes:
    """The content as one member or frame, the same bytes every time; itself for ""."""
    if compression == ".gz":
        return gzip.compress(content, compresslevel=6, mtime=0)
    if compression == ".zst":
        import pyarrow as pa

        return bytes(pa.Codec("zstd", 3).compress(content))
    return content


class _Unpacking(io.RawIOBase):
    def __init__(self, stream: BinaryIO, compression: str) -> None:
        self._source: Any
        if compression == ".gz":
            self._source = gzip.GzipFile(fileobj=stream, mode="rb")
        else:
            import pyarrow as pa

            self._source = pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            content = self._source.read(len(buffer))
        except (OSError, EOFError, ValueError, zlib.error) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(f"cannot be decompressed ({reason[:120]}).") from error
        buffer[: len(content)] = content
        return len(content)
