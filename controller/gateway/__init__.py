"""The only way to a model: it speaks the Messages API, filters, reserves before it sends and settles after."""
