"""The hash by which a model's tables are searched: plain Python here, arrays in `tables.py`.

A string is read as numbers of eight bytes each, the last one filled with zeros; a row of numbers
is hashed the same way. The mixing step is a multiplication between two shifts, as in the
finalisers of MurmurHash. It need not be strong: whatever is found is compared with what was stored.
"""

from collections.abc import Iterable

BITS = (1 << 64) - 1
START = 0x9E3779B97F4A7C15
FACTOR = 0xD6E8FEB86659FD93
# No run of filled slots is longer: in a table that is filled to a quarter by chance, one of 512
# stands once in 10^140. A file that has one was made to be searched for ever.
MAX_PROBES = 512


def mixed(value: int) -> int:
    """The number with every bit spread over the upper and the lower half."""
    value = (value ^ value >> 32) * FACTOR & BITS
    return value ^ value >> 29


def hash_of_bytes(content: bytes) -> int:
    """The hash of a string."""
    value = len(content) * START & BITS
    for start in range(0, len(content), 8):
        value = mixed(value ^ int.from_bytes(content[start : start + 8], "little"))
    return value


def hash_of_numbers(numbers: Iterable[int]) -> int:
    """The hash of a row of numbers of 32 bits."""
    value = START
    for number in numbers:
        value = mixed(value ^ number)
    return value
