"""Policy as data: severities, gate, pipeline, and rules, as a playbook states them."""
