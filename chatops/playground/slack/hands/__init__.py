"""The hands of the people: everything they can do in Slack, and the payloads that makes."""
