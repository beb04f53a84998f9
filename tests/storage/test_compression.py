"""Compressed row files: read part by part, and told when they are damaged."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.storage.compression import COMPRESSIONS, compress, decompressed
from stance.storage.errors import InputError
from stance.storage.row_files import read_blocks, read_rows


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(st.lists(st.binary(max_size=50), max_size=4))
def test_members_and_frames_are_read_one_after_the_other(compression, parts):
    """What is compressed part by part is unpacked as one stream."""
    packed = b"".join(compress(part, compression) for part in parts)
    assert decompressed(io.BytesIO(packed), compression).read() == b"".join(parts)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_compressed_file_is_a_row_file(tmp_path, compression):
    """Rows are read from it; a damaged or cut-off one is told with its name."""
    content = compress(b'{"text": "a"}\n{"text": "b"}\n' * 500, compression)
    path = tmp_path / f"x.jsonl{compression}"
    path.write_bytes(content)
    assert len(list(read_rows(path))) == 1000
    for broken in (content[:-5], b"no such stream", content + b"junk"):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=r"x\.jsonl\.\w+: cannot be decompressed"):
            list(read_rows(path))


def test_a_bomb_is_unpacked_block_by_block(tmp_path):
    """100 MB of blank lines in 100 kB are never in memory at once."""
    import tracemalloc

    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * 50_000_000, 1))
    tracemalloc.start()
    for _ in read_blocks(path):
        pass
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_the_same_content_is_compressed_to_the_same_bytes():
    """No moment stands in them, and no name."""
    content = b"The ferry waits at the pier. " * 50
    gz = compress(content, ".gz")
    assert gz[:8] == b"\x1f\x8b\x08\0\0\0\0\0"  # RFC 1952: no name, no time
    assert compress(content, ".gz") == gz
    assert (type(gz), type(compress(content, ".zst"))) == (bytes, bytes)
    assert compress(content, "") is content


def test_what_is_not_compressed_is_the_stream_itself():
    """Nothing stands between it and its reader."""
    stream = io.BytesIO(b"x")
    assert decompressed(stream, "") is stream


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_damage_is_told_in_a_line(compression):
    """With what the library says of it, cut short; where it says nothing, with what it is."""
    stream = decompressed(io.BytesIO(b"no such stream"), compression)
    with pytest.raises(InputError, match=r"^cannot be decompressed \(.{9,120}\)\.$"):
        stream.read()

    class Silent(io.RawIOBase):
        def readable(self):
            return True

        def read(self, size=-1):
            raise OSError

    with pytest.raises(InputError, match=r"^cannot be decompressed \(OSError\)\.$"):
        decompressed(Silent(), ".gz").read()
