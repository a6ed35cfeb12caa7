"""What an operator decides: settings, gate policy, amounts, goals, credentials."""
