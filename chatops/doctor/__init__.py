"""`chatops doctor`: looks at what the bot needs, and says what is wrong and how to mend it."""
