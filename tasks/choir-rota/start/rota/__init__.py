"""The choir's rota."""
