"""The gate evidence: a tests-only life shows the fault that its new test notices."""
