"""Memory that work on arrays gives back is kept for the next arrays of the same size.

The C library hands large pieces back to the system as soon as they are free, and each page that it
then asks for anew costs a fault; with arrays of some megabytes, made and freed batch after batch,
that was a quarter of the time of scoring.
"""

import ctypes
import functools

# `mallopt` of glibc, malloc.h: what is free at the end of the heap goes back above the first, and
# what is larger than the second gets pages of its own.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES, _MOST_BYTES = 1 << 30, 1 << 25


@functools.cache
def keep_freed_memory() -> bool:
    """Tells the C library, once a process; false where it is another one that has no such setting.

    The most memory that is ever in use stays what it was.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT_BYTES) and mallopt(_MMAP_THRESHOLD, _MOST_BYTES))
