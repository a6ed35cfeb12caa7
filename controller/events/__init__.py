"""What a run reports while it lives: the kinds of event, their file, the operator's command."""
