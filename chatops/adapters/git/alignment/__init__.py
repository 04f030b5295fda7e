"""The proof that a branch contains a fix, from the code itself."""
