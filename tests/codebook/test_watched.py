"""A codebook that is changed, taken away or put back while somebody works by it."""

import pytest

from stance.codebook.watched import Watched
from stance.storage.errors import ConfigError


def test_any_change_is_told_with_what_to_start_again(tmp_path):
    """Also when the file goes; when it is as before, work goes on."""
    path = tmp_path / "codebook.toml"
    path.write_text("one", "utf-8")
    watched = Watched(path, "stance review")
    watched.check()
    path.write_text("two", "utf-8")
    with pytest.raises(ConfigError, match=r"changed under way.*Start `stance review` again"):
        watched.check()
    path.unlink()
    with pytest.raises(ConfigError, match="changed under way"):
        watched.check()
    path.write_text("one", "utf-8")
    watched.check()
