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
