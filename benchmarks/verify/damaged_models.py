"""Model folders with one file damaged: every one of them is refused, by both ways to load.

    python benchmarks/verify/damaged_models.py [--count 10000] [--seconds S] [--seed N]

A bit turned over, a byte changed, a piece cut out, repeated, zeroed or moved, an end cut off or
bytes behind it, a file emptied, gone, or taken from another version: in each file of the folder in
turn. As many again are forged, with the hashes put right: those are refused, or predict as the two
ways to load agree; what they say is theirs, but nothing leads out of an array and nothing hangs.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from verify_models import Files, Place, files_of, put_right, small_model, with_record
from verify_tally import Budget, Tally, run_alone

from stance.models.folder import INFO, INFO_HASH, SCORER
from stance.models.origin import ORIGIN

KINDS = ("bit", "bit", "bit", "byte", "cut", "end", "more", "repeat", "zeros", "move", "empty")
HANGS = 2.0  # seconds; a sound folder takes a hundredth of that


def damaged(content: bytes, kind: str, draw: random.Random) -> bytes:
    """The bytes with this damage at a place drawn at random."""
    if not content:
        return b"\0"
    place, size = draw.randrange(len(content)), draw.randint(1, 64)
    if kind == "bit":
        return _at(content, place, content[place] ^ 1 << draw.randrange(8))
    if kind == "byte":
        return _at(content, place, draw.randrange(256))
    end = min(len(content), place + size)
    found = {
        "cut": content[:place] + content[end:],
        "end": content[:place],
        "more": content + draw.randbytes(size),
        "repeat": content[:end] + content[place:],
        "zeros": content[:place] + bytes(end - place) + content[end:],
        "move": content[end:] + content[:end],
        "empty": b"",
    }
    return found[kind]


def _at(content: bytes, place: int, value: int) -> bytes:
    return content[:place] + bytes([value]) + content[place + 1 :]


def cases(files: Files, budget: Budget) -> Iterator[tuple[str, Files]]:
    """Damaged folders without end, each with what was done to it."""
    draw = random.Random(budget.seed)
    # Nobody vouches for when a version was made: that file has no hash, only a form.
    names = [name for name in files if name != ORIGIN]
    while True:
        name, kind = draw.choice(names), draw.choice((*KINDS, "gone"))
        if kind == "gone":
            yield f"{name} gone", {one: files[one] for one in files if one != name}
            continue
        bad = damaged(files[name], kind, draw)
        if bad != files[name]:
            yield f"{name} {kind}", {**files, name: bad}


def forged(files: Files, draw: random.Random) -> Files:
    """The folder with damaged weights or a damaged record, and every hash put right."""
    name, kind = draw.choice((SCORER, SCORER, INFO)), draw.choice(KINDS)
    bad = damaged(files[name], kind, draw)
    if name == INFO:
        return with_record(files, bad)
    return put_right({**files, SCORER: bad})


def main(budget: Budget) -> Tally:
    """Damages, loads, counts."""
    lost, tracebacks, detail = 0, 0, []
    said: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as root:
        files = files_of(small_model(Path(root)))
        place = Place(files)
        answering = {name: files[name] for name in (SCORER, INFO, INFO_HASH)}
        if (place.told()[0], place.told_quickly()[0], place.is_quick_right()) != (
            "taken", "taken", True,
        ):  # fmt: skip
            return Tally("damaged models", 0, lost=1, detail=("the whole folder is refused",))
        draw, n_done = random.Random(f"{budget.seed} forged"), 0
        for what, bad in cases(files, budget):
            if not budget.lasts(n_done):
                break
            n_done += 1
            for is_forged, folder in ((False, bad), (True, forged(files, draw))):
                fault = _fault(place, folder, answering, is_forged, said)
                if fault:
                    lost += not fault.startswith("traceback")
                    tracebacks += fault.startswith("traceback")
                    detail.append(f"{'forged' if is_forged else what}: {fault}")
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(said.items()))
    return Tally("damaged models", n_done, lost, 0, tracebacks, (*detail, told))


def _fault(
    place: Place, folder: Files, answering: Files, is_forged: bool, said: Counter[str]
) -> str:
    """What is wrong with what the loaders say; "" for nothing."""
    place.put(folder)
    start = time.process_time()
    whole, message = place.told()
    quick, why = place.told_quickly()
    if time.process_time() - start > HANGS:
        return f"lost {time.process_time() - start:.1f} s"
    kind = "forged" if is_forged else "damaged"
    said[f"{kind} {whole}"] += 1
    if "traceback" in (whole, quick):
        return f"traceback {message if whole == 'traceback' else why}"
    if is_forged:
        is_agreed = (whole, quick) != ("taken", "taken") or place.is_quick_right()
        return "" if is_agreed else "the two ways to load differ"
    if quick == "taken" and not folder.items() >= answering.items():
        return "not refused by the quick way"
    return "" if whole == "refused" else "not refused"


if __name__ == "__main__":
    run_alone(main, 10_000)
