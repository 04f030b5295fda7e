"""The git engine: every verb a hotfix needs, made in the object store of a bare mirror."""
