"""A recorded life, lived again."""
