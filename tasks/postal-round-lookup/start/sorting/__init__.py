"""Letters into rounds."""
