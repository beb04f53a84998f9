"""Whether texts without labels help: what `stance train --unlabelled` tries, on real ones.

    STANCE_SHARED=… python benchmarks/self_training.py

Learns from the real training sentences, alone and with the project's corpus, and the pool of
sentences that nobody labelled; prints each round's out-of-fold macro average precision, and the
gain of the best with its 95 % interval. The validation sentences are not looked at.
"""

import json
import os
from pathlib import Path

from own_corpus import own_and_real

from stance.corpus.normalise import sentence_key
from stance.learning import self_training
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.groups import folds
from stance.learning.self_training import self_train

SURE = (0.8, 0.9, 0.95, 0.99)


def main() -> None:
    """A line a threshold and data set."""
    codebook, own, real, _ = own_and_real()
    pool = Path(os.environ["STANCE_SHARED"]) / "ukraine" / "pool.jsonl"
    texts = [json.loads(line)["text"] for line in pool.open(encoding="utf-8")]
    config = read_config(None).resolved(codebook.exclusive)
    print(f"{'labelled':22}{'sure':>6}  {'rounds: taken, average precision':60}gain")
    for name, examples in (("real", real), ("real and own", [*real, *own])):
        data = training_data(examples, codebook)
        known = {sentence_key(one) for one in data.texts}
        new = [text for text in texts if sentence_key(text) not in known]
        held_out = folds(data.groups, data.targets, config.thresholds.folds, config.seed)
        for sure in SURE:
            self_training.SURE = sure
            found = self_train(data, config, held_out, new).record
            told = "; ".join(
                f"{one.n_taken:,}, {100 * one.average_precision:.1f}" for one in found.rounds
            )
            gain = f"{100 * found.gain:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"
            print(f"{name:22}{sure:6.2f}  {told:60}{gain}", flush=True)


if __name__ == "__main__":
    main()
