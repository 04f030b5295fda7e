"""The playground put together, and the scripted demo that is played in it."""
