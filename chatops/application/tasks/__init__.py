"""Action items, and the issues that they are on a tracker."""
