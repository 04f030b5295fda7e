"""A person in the workspace: types, clicks, fills in forms."""
