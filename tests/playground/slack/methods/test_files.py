import httpx
from slack_sdk import WebClient

from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import refused


def test_an_upload_is_shared_with_its_comment(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    answer = client.files_upload_v2(
        content="line 1\nline 2",
        filename="log.txt",
        title="The log",
        channel=incidents.id,
        initial_comment="Here it is",
    )

    message = workspace.messages(incidents.id)[-1]
    file = workspace.files.find(answer["file"]["id"])
    assert file is not None
    assert (file.content, file.title, file.channels) == (
        b"line 1\nline 2",
        "The log",
        (incidents.id,),
    )
    assert (message.text, message.files) == ("Here it is", (file.id,))


def test_the_bytes_can_come_as_a_form(client: WebClient, slack: Slack) -> None:
    answer = client.files_getUploadURLExternal(filename="a.txt", length=3)
    with httpx.Client() as browser:
        done = browser.post(answer["upload_url"], files={"file": ("a.txt", b"abc")})
        lost = browser.post(f"{slack.address}/upload/v1/F0", content=b"abc")

    assert done.text == "OK - 3"
    file = slack.workspace.files.find(answer["file_id"])
    assert file is not None
    assert file.content == b"abc"
    assert lost.status_code == 404


def test_an_upload_is_refused(client: WebClient, workspace: Workspace) -> None:
    file = client.files_getUploadURLExternal(filename="a.txt", length=3)["file_id"]
    general = workspace.channel_named("general")
    complete = client.files_completeUploadExternal

    def why(**arguments: object) -> str:
        return refused(complete, **arguments).error

    assert why(files=[{"id": "F0"}]) == "file_not_found"
    assert why(files=[{"id": file}], channel_id="C00000000") == "channel_not_found"
    assert why(files=[{"id": file}], channel_id=general.id) == "not_in_channel"
    empty = refused(client.files_getUploadURLExternal, filename="a.txt", length=0)
    assert empty.error == "invalid_arguments"


def test_a_canvas_stands_by_itself(client: WebClient, workspace: Workspace) -> None:
    made = client.canvases_create(
        title="Post-mortem", document_content={"type": "markdown", "markdown": "# Why"}
    )["canvas_id"]
    file = workspace.files.find(made)
    assert file is not None
    assert (file.title, file.content) == ("Post-mortem", b"# Why")
