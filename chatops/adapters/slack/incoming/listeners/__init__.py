"""A listener for each surface: commands, buttons, forms, shortcuts, events."""
