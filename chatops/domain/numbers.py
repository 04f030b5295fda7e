"""Numbers as people say them."""


def counted(number: int, noun: str) -> str:
    """How many of something.

    >>> counted(1, "commit"), counted(2, "commit"), counted(0, "file")
    ('1 commit', '2 commits', '0 files')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
