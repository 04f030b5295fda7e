"""One hotfix: its state, its steps, its versions."""
