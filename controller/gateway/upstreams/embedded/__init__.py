"""The embedded upstream: hunts for changes of the genome that its tests do not notice. No key, no network, no model."""
