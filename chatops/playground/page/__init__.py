"""The playground's page: a chat workspace in the browser, over the double of Slack."""
