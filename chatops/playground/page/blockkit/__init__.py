"""Block Kit as HTML: pure functions from Slack's JSON to safe markup."""
