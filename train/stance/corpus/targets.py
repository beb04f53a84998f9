"""Texts that go with what a stance is taken on: one may be for one target, against another."""


class TargetedText(str):
    """A text with the target that a stance is taken on; for everything else a plain string."""

    target: str

    def __new__(cls, text: str, target: str) -> "TargetedText":
        """The text with its target."""
        made = super().__new__(cls, text)
        made.target = target
        return made

    def __reduce__(self) -> tuple[type["TargetedText"], tuple[str, str]]:
        return TargetedText, (str(self), self.target)


def targeted(text: str, target: object) -> str:
    """The text with its target where there is one: a string that is not blank.

    >>> targeted("It works.", "the bridge").target
    'the bridge'
    >>> type(targeted("It works.", None))
    <class 'str'>
    """
    return TargetedText(text, target) if isinstance(target, str) and target.strip() else text


def target_of(text: str) -> str:
    """The target of the text, or an empty string."""
    return text.target if isinstance(text, TargetedText) else ""


def target_key(target: str) -> str:
    """The target as one word: lower-case, without white space."""
    return "_".join(target.lower().split())
