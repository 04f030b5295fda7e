"""The post-mortem of an incident: drafted, written, taken elsewhere, and talked over."""
