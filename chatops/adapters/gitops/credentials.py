"""Hands git a user name and a secret when it asks, and to the right host only."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.application.ports.git import Credential
from chatops.domain.git.urls import RemoteUrl

# The secret is read from a file beside the script: it stands in no environment, no argument
# list and no address, and a redirect to another host does not get it.
_ASKPASS = """\
#!/bin/sh
here=${0%/*}
read -r scheme < "$here/scheme"
read -r host < "$here/host"
case "$1" in
  "Username for '$scheme://$host': ") cat "$here/username" ;;
  "Password for '$scheme://"*"@$host': ") cat "$here/secret" ;;
  *) exit 1 ;;
esac
"""


@contextmanager
def askpass(url: RemoteUrl, credential: Credential | None) -> Iterator[Mapping[str, str]]:
    """The environment in which git can ask for the credential of ``url``."""
    if credential is None or not url.origin:
        yield {}
        return
    with TemporaryDirectory(prefix="chatops-askpass-") as folder:
        scheme, _, host = url.origin.partition("://")
        place = Path(folder)
        for name, content in (
            ("scheme", scheme),
            ("host", host),
            ("username", credential.username),
            ("secret", credential.secret),
        ):
            (place / name).write_text(f"{content}\n")
        script = place / "askpass"
        script.write_text(_ASKPASS)
        script.chmod(0o700)
        yield {"GIT_ASKPASS": str(script)}
