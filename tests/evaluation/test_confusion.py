"""Tables of who is taken for whom."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stance.evaluation.confusion import NONE, confusions

shapes = st.tuples(st.integers(1, 30), st.integers(1, 5))
NAMES = ("for", "against", "doubts", "d", "e")


def one_label_each(numbers, n_labels):
    """A matrix with the label of each row's number; the number of labels stands for none."""
    return np.eye(n_labels + 1, dtype=bool)[numbers][:, :n_labels]


@settings(max_examples=150, deadline=None)
@given(shapes, st.data())
def test_several_labels(shape, data):
    """One table a label, as scikit-learn counts, adding up to the number of rows."""
    from sklearn.metrics import multilabel_confusion_matrix

    target, given_ = (data.draw(hnp.arrays(bool, shape)) for _ in range(2))
    names = NAMES[: shape[1]]
    found = confusions(target, given_, names, exclusive=False)
    for k, table in enumerate(found):
        pair = target[:, k].astype(int), given_[:, k].astype(int)
        right = multilabel_confusion_matrix(*pair, labels=[1])[0]
        assert np.array_equal(np.array(table.counts), right[::-1, ::-1])
        assert sum(map(sum, table.counts)) == shape[0]
        assert table.name == names[k]
        assert (table.rows, table.columns) == ((f"is {names[k]}", "is not"), ("given", "not given"))


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 5), st.data())
def test_exclusive_labels(n_labels, data):
    """One table, as scikit-learn counts; "no label" is shown when it occurs, and only then."""
    from sklearn.metrics import confusion_matrix

    numbers = st.lists(st.integers(0, n_labels), min_size=8, max_size=8)
    right, answered = data.draw(numbers), data.draw(numbers)
    matrices = (one_label_each(one, n_labels) for one in (right, answered))
    (table,) = confusions(*matrices, NAMES[:n_labels], exclusive=True)
    has_none = n_labels in right + answered
    assert table.rows == table.columns == (*NAMES[:n_labels], *[NONE] * has_none)
    expected = confusion_matrix(right, answered, labels=list(range(n_labels + has_none)))
    assert np.array_equal(np.array(table.counts), expected)
    assert sum(map(sum, table.counts)) == 8


def test_by_hand():
    """Rows are what is right: two "for" of which one was taken for "against"."""
    target, given_ = one_label_each([0, 0, 1], 2), one_label_each([0, 1, 1], 2)
    (table,) = confusions(target, given_, ("for", "against"), exclusive=True)
    assert table.counts == ((1, 1), (0, 1))
    first, _ = confusions(target, given_, ("for", "against"), exclusive=False)
    assert first.counts == ((1, 1), (0, 1))
