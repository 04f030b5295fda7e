"""Playbooks: reads them from their folders, checks them, and renders their texts."""
